"""Pages of the gate."""

from django.urls import include, path

from sanbao.dispatch import scans
from sanbao.dispatch.lifecycle import ESCAPE, PICK_LIST
from sanbao.dispatch.views import escapes, gate, lists, papers
from sanbao.web import desk, moves
from sanbao.web import scans as scanning

desk.FIGURES["dispatch"] = lists.waiting
scanning.ACTIONS.insert(0, scans.acts)

app_name = "dispatch"
urlpatterns = [
    path("", lists.index, name="list"),
    path("new", moves.opening(PICK_LIST, "draft"), name="new"),
    path("gate", gate.find, name="find"),
    path("counts", escapes.counts, name="counts"),
    path("caught", escapes.caught, name="caught"),
    path("escapes/", escapes.index, name="escapes"),
    path("escapes/new", moves.opening(ESCAPE, "report"), name="report"),
    path("escapes/<int:pk>", escapes.escape, name="escape"),
    path("escapes/", include(moves.pages(ESCAPE))),
    path("<int:pk>", lists.pick_list, name="pick_list"),
    path("<int:pk>/gate", gate.gate, name="gate"),
    path("<int:pk>/gate/<slug:move>", gate.do, name="gate_do"),
    path("<int:pk>/list.pdf", papers.pick_list, name="pdf"),
    *moves.pages(PICK_LIST),
]
