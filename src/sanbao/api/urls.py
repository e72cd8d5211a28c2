from django.urls import path

from sanbao.api.root import api

urlpatterns = [path("v1/", api.urls)]
