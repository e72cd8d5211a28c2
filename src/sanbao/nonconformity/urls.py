"""Pages of nonconforming product."""

from django.urls import path

from sanbao.nonconformity import forms, queries, views  # noqa: F401 - the forms are the faces of the moves
from sanbao.nonconformity.lifecycle import DISPOSITION, NONCONFORMITY
from sanbao.web import desk, moves

desk.FIGURES["nonconformity"] = queries.waiting
[_do] = moves.pages(DISPOSITION)

app_name = "nonconformity"
urlpatterns = [
    path("", views.index, name="list"),
    path("open", moves.opening(NONCONFORMITY, "open"), name="open"),
    path("cost", views.cost, name="cost"),
    path("<int:pk>", views.record, name="record"),
    *moves.pages(NONCONFORMITY),
    path("dispositions", views.dispositions, name="dispositions"),
    path("dispositions/<int:pk>", views.disposition, name="disposition"),
    path("dispositions/<int:pk>/notice.pdf", views.notice, name="notice"),
    path("dispositions/<int:pk>/do/<slug:move>", _do.callback, name="disposition_do"),
]
