from django.apps import AppConfig


class ProcessingConfig(AppConfig):
    name = "sanbao.processing"
    label = "processing"
