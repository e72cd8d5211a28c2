"""Pages of samples, sheets, plans, series, instruments and unknown labels."""

from django.urls import include, path

from sanbao.inspection import scans
from sanbao.inspection.lifecycle import (
    INSPECTION,
    INSPECTION_PLAN,
    INSPECTION_SHEET,
    INSTRUMENT,
    SAMPLE,
    SAMPLING_SERIES,
    UNKNOWN_LABEL,
)
from sanbao.inspection.views import inspecting, samples
from sanbao.web import desk, moves
from sanbao.web import scans as scanning

desk.FIGURES["samples"] = samples.waiting
scanning.RESOLVERS["samples"] = scans.find
scanning.HANDY["sample"] = ("send", "receive", "hand_over", "store", "give_back", "scrap")
scanning.HANDY["unknown_label"] = ("see_again", "clear_up")
scanning.UNKNOWN.append(scans.report_unknown)
scanning.ACTIONS.append(scans.acts)

app_name = "inspection"
urlpatterns = [
    path("", samples.index, name="list"),
    path("new", moves.opening(SAMPLE, "register"), name="register"),
    path("conclude", moves.opening(INSPECTION, "conclude"), name="conclude"),
    path("<int:pk>", samples.sample, name="sample"),
    path("<int:pk>/tag.pdf", inspecting.tag, name="tag"),
    *moves.pages(SAMPLE),
    path("sheets/", inspecting.sheets, name="sheets"),
    path("sheets/new", moves.opening(INSPECTION_SHEET, "open"), name="sheet_new"),
    path("sheets/<int:pk>", inspecting.sheet, name="sheet"),
    path("sheets/<int:pk>/report.pdf", inspecting.report, name="report_pdf"),
    path("sheets/", include(moves.pages(INSPECTION_SHEET))),
    path("plans/", inspecting.plans, name="plans"),
    path("plans/new", moves.opening(INSPECTION_PLAN, "draft"), name="plan_new"),
    path("plans/<int:pk>", inspecting.plan, name="plan"),
    path("plans/", include(moves.pages(INSPECTION_PLAN))),
    path("series/", inspecting.series_list, name="series_list"),
    path("series/<int:pk>", inspecting.series, name="series"),
    path("series/", include(moves.pages(SAMPLING_SERIES))),
    path("instruments/", inspecting.instruments, name="instruments"),
    path("instruments/new", moves.opening(INSTRUMENT), name="instrument_new"),
    path("instruments/<int:pk>", inspecting.instrument, name="instrument"),
    path("instruments/", include(moves.pages(INSTRUMENT))),
    path("unknown/", samples.unknown_labels, name="unknown_labels"),
    path("unknown/report", moves.opening(UNKNOWN_LABEL, "report"), name="report"),
    path("unknown/<int:pk>", samples.unknown_label, name="unknown_label"),
    path("unknown/", include(moves.pages(UNKNOWN_LABEL))),
]
