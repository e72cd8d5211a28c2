from django.apps import AppConfig


class RecallConfig(AppConfig):
    name = "sanbao.recall"
    label = "recall"
