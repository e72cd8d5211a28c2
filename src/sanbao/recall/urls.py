"""Pages of recalls; ``r/<token>`` is the holder's own."""

from django.urls import path

from sanbao.recall import door, forms, queries, views  # noqa: F401 - the forms are the faces of the moves
from sanbao.recall.lifecycle import HOLDER, RECALL
from sanbao.web import desk, moves

desk.FIGURES["recalls"] = queries.waiting

[do_holder] = moves.pages(HOLDER)

app_name = "recall"
urlpatterns = [
    path("", views.index, name="list"),
    path("propose", moves.opening(RECALL, "propose"), name="propose"),
    path("order", moves.opening(RECALL, "order"), name="order"),
    path("rehearse", moves.opening(RECALL, "rehearse"), name="rehearse"),
    path("r/<str:token>", door.door, name="door"),
    path("<int:pk>", views.recall, name="recall"),
    path("<int:pk>/holes", views.holes, name="holes"),
    path("<int:pk>/paper/<slug:kind>", views.paper, name="paper"),
    path("holders/<int:pk>", views.holder, name="holder"),
    path("holders/<int:pk>/notice", views.notice, name="notice"),
    path("holders/<int:pk>/do/<slug:move>", do_holder.callback, name="do_holder"),
    *moves.pages(RECALL),
]
