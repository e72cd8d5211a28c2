from django.apps import AppConfig


class TalliesConfig(AppConfig):
    name = "sanbao.tallies"
    label = "tallies"
