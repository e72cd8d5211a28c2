"""Pages of the tally and of its analyses."""

from django.urls import path

from sanbao.tallies import forms, views  # noqa: F401 - the forms are the faces of the moves
from sanbao.tallies.lifecycle import ANALYSIS
from sanbao.web import moves

app_name = "tallies"
urlpatterns = [
    path("", views.tally, name="tally"),
    path("analyses/", views.index, name="list"),
    path("analyses/new", moves.opening(ANALYSIS, "analyse"), name="analyse"),
    path("<int:pk>", views.analysis, name="analysis"),
    *moves.pages(ANALYSIS),
]
