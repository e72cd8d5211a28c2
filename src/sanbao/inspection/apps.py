from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "sanbao.inspection"
    label = "inspection"
