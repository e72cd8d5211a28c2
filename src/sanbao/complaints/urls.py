"""Pages of complaints. ``12`` is a case, ``12/do/grade`` what is done to it, ``12/timeline`` a part of it."""

from django.urls import include, path

from sanbao.complaints import scans
from sanbao.complaints.consulting import CONSULTATION
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import Complaint
from sanbao.complaints.views import board, case, consulting, history, intake, lists, papers
from sanbao.web import desk, moves, subjects
from sanbao.web import scans as scanning

desk.FIGURES["cases"] = lists.waiting
subjects.SPELLED[Complaint.KIND] = history.spelled
scanning.RESOLVERS["feedback_forms"] = scans.find
scanning.ACTIONS.append(scans.acts)
scanning.HANDY[Complaint.KIND] = ("chase", "note")

app_name = "complaints"
urlpatterns = [
    path("", lists.index, name="list"),
    path("new", intake.new, name="new"),
    path("new/light", intake.new_light, name="new_light"),
    path("new/question", intake.new_question, name="new_question"),
    path("new/find", intake.find, name="find"),
    path("new/who", intake.who, name="who"),
    path("board", board.index, name="board"),
    path("light", lists.light, name="light"),
    path("register", lists.register, name="register"),
    path("register.pdf", papers.register, name="register_pdf"),
    path("<int:pk>", case.overview, name="case"),
    path("<int:pk>/timeline", case.timeline, name="timeline"),
    path("<int:pk>/samples", case.samples, name="samples"),
    path("<int:pk>/chain", case.chain, name="chain"),
    path("<int:pk>/spot", case.spot, name="spot"),
    path("<int:pk>/history", case.history, name="history"),
    path("<int:pk>/clocks/<int:clock>", case.why, name="why"),
    path("<int:pk>/form.pdf", papers.form, name="form_pdf"),
    path("<int:pk>/sheet.pdf", papers.sheet, name="sheet_pdf"),
    *moves.pages(COMPLAINT),
    path("consultations/", consulting.index, name="consultations"),
    path("consultations/new", moves.opening(CONSULTATION, "consult"), name="consult"),
    path("consultations/<int:pk>", consulting.one, name="consultation"),
    path("consultations/", include(moves.pages(CONSULTATION))),
]
