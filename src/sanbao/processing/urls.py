"""Pages of processing orders."""

from django.urls import path

from sanbao.processing import forms, views  # noqa: F401 - the forms are the faces of the moves
from sanbao.processing.lifecycle import PROCESSING_ORDER
from sanbao.web import moves

app_name = "processing"
urlpatterns = [
    path("", views.index, name="list"),
    path("new", moves.opening(PROCESSING_ORDER, "order"), name="new"),
    path("<int:pk>", views.order, name="order"),
    *moves.pages(PROCESSING_ORDER),
]
