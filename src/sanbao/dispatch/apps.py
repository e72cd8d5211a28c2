from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "sanbao.dispatch"
    label = "dispatch"
