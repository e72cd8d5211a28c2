from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sanbao.web"
    label = "web"
