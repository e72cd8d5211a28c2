from django.apps import AppConfig


class ProductionConfig(AppConfig):
    name = "sanbao.production"
    label = "production"
