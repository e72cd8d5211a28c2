from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "sanbao.api"
    label = "api"
