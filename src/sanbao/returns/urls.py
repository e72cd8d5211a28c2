"""Pages of returns."""

from django.urls import include, path

from sanbao.returns import forms, scans  # noqa: F401 - the forms are the faces of the moves
from sanbao.returns.lifecycle import CREDIT, RETURN
from sanbao.returns.views import cases, counting, credits, papers
from sanbao.web import desk, moves
from sanbao.web import scans as scanning

desk.FIGURES["returns"] = cases.waiting
scanning.ACTIONS.insert(0, scans.acts)

app_name = "returns"
urlpatterns = [
    path("", cases.index, name="list"),
    path("apply", moves.opening(RETURN, "apply"), name="apply"),
    path("credits/", credits.index, name="credits"),
    path("credits/<int:pk>", credits.credit, name="credit"),
    path("credits/<int:pk>/statement.pdf", papers.statement, name="statement"),
    path("credits/", include(moves.pages(CREDIT))),
    path("<int:pk>", cases.case, name="return"),
    path("<int:pk>/count", counting.count, name="count"),
    path("<int:pk>/count/<slug:move>", counting.do, name="count_do"),
    path("<int:pk>/form.pdf", papers.form, name="form"),
    path("<int:pk>/receipt.pdf", papers.receipt, name="receipt"),
    *moves.pages(RETURN),
]
