"""Public addresses. What is printed on labels never changes: ``/q/<code>`` and the GS1 Digital Link forms."""

from django.urls import path

from sanbao.portal import views

app_name = "portal"
urlpatterns = [
    path("q/", views.home, name="home"),
    path("q/report", views.report, name="report"),
    path("q/track", views.track, name="track"),
    path("q/care", views.care, name="care"),
    path("q/guides", views.guides, name="guides"),
    path("q/guides/<str:number>", views.guide, name="guide"),
    path("q/receipt/<str:signed>", views.receipt, name="receipt"),
    path("q/<str:token>", views.page, name="page"),
    path("q/<str:token>/report", views.report, name="report_label"),
    path("q/<str:token>/care", views.care, name="care_label"),
    path("01/<str:gtin>/21/<str:token>", views.page, name="gs1"),
    path("01/<str:gtin>/10/<str:lot>/21/<str:token>", views.page, name="gs1_lot"),
]
