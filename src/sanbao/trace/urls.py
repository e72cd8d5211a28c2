from django.urls import path

from sanbao.trace import views

app_name = "trace"
urlpatterns = [
    path("", views.home, name="home"),
    path("lots/", views.lots, name="lots"),
    path("lots/<int:pk>/", views.lot, name="lot"),
    path("records/<slug:kind>/<int:pk>/", views.record, name="record"),
    path("<path:code>/chain/", views.chain, name="chain"),
    path("<path:code>/export.<slug:form>", views.export, name="export"),
    path("<path:code>/", views.trace, name="trace"),
]
