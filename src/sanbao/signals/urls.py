"""Pages of signals."""

from django.urls import path

from sanbao.signals import queries, views
from sanbao.signals.lifecycle import SIGNAL
from sanbao.web import desk, moves

desk.FIGURES["signals"] = queries.waiting

app_name = "signals"
urlpatterns = [
    path("", views.index, name="list"),
    path("replay", views.replay, name="replay"),
    path("<int:pk>", views.signal, name="signal"),
    *moves.pages(SIGNAL),
]
