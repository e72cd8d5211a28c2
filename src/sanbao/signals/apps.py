from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "sanbao.signals"
    label = "signals"
