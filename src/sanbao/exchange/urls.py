from django.urls import path, re_path

from sanbao.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.home, name="home"),
    path("everything", views.everything, name="everything"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/state/", views.state, name="state"),
    path("<int:pk>/refused.csv", views.rejects, name="rejects"),
    path("<int:pk>/lines.xlsx", views.lines, name="lines"),
    path("<int:pk>/files/<int:file_pk>/", views.file, name="file"),
    path("<int:pk>/files/<int:file_pk>/leave-out/", views.leave_out, name="leave_out"),
    re_path(r"^(?P<pk>\d+)/(?P<verb>rehearse|commit|discard)/$", views.act, name="act"),
]
