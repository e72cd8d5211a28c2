from django.apps import AppConfig


class MaterialsConfig(AppConfig):
    name = "sanbao.materials"
    label = "materials"
