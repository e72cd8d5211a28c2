from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "sanbao.claims"
    label = "claims"
