from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "sanbao.catalog"
    label = "catalog"
