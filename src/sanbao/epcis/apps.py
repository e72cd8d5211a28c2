from django.apps import AppConfig


class EpcisConfig(AppConfig):
    name = "sanbao.epcis"
    label = "epcis"
