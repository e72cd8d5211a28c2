from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "sanbao.parties"
    label = "parties"
