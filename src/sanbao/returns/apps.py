from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "sanbao.returns"
    label = "returns"
