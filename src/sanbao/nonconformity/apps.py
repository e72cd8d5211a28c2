from django.apps import AppConfig


class NonconformityConfig(AppConfig):
    name = "sanbao.nonconformity"
    label = "nonconformity"
