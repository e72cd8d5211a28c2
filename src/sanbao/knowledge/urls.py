"""Pages of the knowledge base. What is public stands at ``/q/guides/<number>`` (portal)."""

from django.urls import path

from sanbao.knowledge import forms, views  # noqa: F401 - the forms are the faces of the moves
from sanbao.knowledge.lifecycle import ARTICLE
from sanbao.web import moves

app_name = "knowledge"
urlpatterns = [
    path("", views.index, name="list"),
    path("new", moves.opening(ARTICLE, "draft"), name="new"),
    path("<int:pk>", views.article, name="article"),
    *moves.pages(ARTICLE),
]
