"""Pages of samples and inspections."""

from django.urls import include, path

from sanbao.inspection import scans, views
from sanbao.inspection.lifecycle import INSPECTION, SAMPLE, UNKNOWN_LABEL
from sanbao.web import desk, moves
from sanbao.web import scans as scanning

desk.FIGURES["samples"] = views.waiting
scanning.RESOLVERS["samples"] = scans.find
scanning.HANDY["sample"] = ("send", "receive", "hand_over", "store")
scanning.HANDY["unknown_label"] = ("see_again", "clear_up")
scanning.UNKNOWN.append(scans.report_unknown)

app_name = "inspection"
urlpatterns = [
    path("", views.index, name="list"),
    path("conclude", moves.opening(INSPECTION, "conclude"), name="conclude"),
    path("<int:pk>", views.sample, name="sample"),
    *moves.pages(SAMPLE),
    path("unknown/", views.unknown_labels, name="unknown_labels"),
    path("unknown/report", moves.opening(UNKNOWN_LABEL, "report"), name="report"),
    path("unknown/<int:pk>", views.unknown_label, name="unknown_label"),
    path("unknown/", include(moves.pages(UNKNOWN_LABEL))),
]
