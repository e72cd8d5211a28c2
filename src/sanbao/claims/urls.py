"""Pages of claims."""

from django.urls import path

from sanbao.claims import forms, views  # noqa: F401 - the forms are the faces of the moves
from sanbao.claims.lifecycle import CLAIM
from sanbao.web import moves

app_name = "claims"
urlpatterns = [
    path("", views.index, name="list"),
    path("file", moves.opening(CLAIM, "file"), name="file"),
    path("cost", views.cost, name="cost"),
    path("<int:pk>", views.claim, name="claim"),
    *moves.pages(CLAIM),
]
