"""Pages of corrective action. ``a/<token>`` is a supplier's own page, without a log-in."""

from django.urls import path

from sanbao.corrective import queries, views
from sanbao.corrective.lifecycle import ACTION
from sanbao.web import desk, moves

desk.FIGURES["corrective"] = queries.waiting

app_name = "corrective"
urlpatterns = [
    path("", views.index, name="list"),
    path("open", moves.opening(ACTION, "open"), name="open"),
    path("open-preventive", moves.opening(ACTION, "open_preventive"), name="open_preventive"),
    path("ask-supplier", moves.opening(ACTION, "ask_supplier"), name="ask_supplier"),
    path("<int:pk>", views.action, name="action"),
    path("<int:pk>/8d.pdf", views.eight, name="eight"),
    path("<int:pk>/8d.docx", views.eight_docx, name="eight_docx"),
    *moves.pages(ACTION),
    path("a/<str:token>", views.supplier, name="supplier"),
]
