"""Pages of samples and inspections."""

from django.urls import path

from sanbao.inspection import views
from sanbao.inspection.lifecycle import INSPECTION, SAMPLE
from sanbao.web import desk, moves

desk.FIGURES["samples"] = views.waiting

app_name = "inspection"
urlpatterns = [
    path("", views.index, name="list"),
    path("conclude", moves.opening(INSPECTION, "conclude"), name="conclude"),
    path("<int:pk>", views.sample, name="sample"),
    *moves.pages(SAMPLE),
]
