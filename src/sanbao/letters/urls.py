"""Pages of letters and faxes."""

from django.urls import path

from sanbao.letters import forms, views  # noqa: F401 - the forms are the faces of the moves
from sanbao.letters.lifecycle import USER_LETTER
from sanbao.web import moves

app_name = "letters"
urlpatterns = [
    path("", views.index, name="list"),
    path("read", moves.opening(USER_LETTER, "read"), name="read"),
    path("<int:pk>", views.letter, name="letter"),
    *moves.pages(USER_LETTER),
]
