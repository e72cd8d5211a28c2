from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "sanbao.complaints"
    label = "complaints"
