from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "sanbao.exchange"
    label = "exchange"
