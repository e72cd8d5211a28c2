from django.apps import AppConfig


class CorrectiveConfig(AppConfig):
    name = "sanbao.corrective"
    label = "corrective"
