"""Pages of mail. ``/mail/`` is the tray, ``/mail/letters/`` what we wrote."""

from django.urls import include, path

from sanbao.complaints.views import showing
from sanbao.mail import queries, views
from sanbao.mail.lifecycle import LETTER, MAIL
from sanbao.web import desk, moves

desk.FIGURES["mail"] = queries.waiting
showing.BEHIND["mail"] = views.behind_mails
showing.BEHIND["letter"] = views.behind_letters

app_name = "mail"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>", views.item, name="item"),
    *moves.pages(MAIL),
    path("write", moves.opening(LETTER, "write"), name="write"),
    path("letters/", views.letters, name="letters"),
    path("letters/<int:pk>", views.letter, name="letter"),
    path("letters/", include(moves.pages(LETTER))),
]
