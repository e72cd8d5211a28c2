from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sanbao.portal"
    label = "portal"
