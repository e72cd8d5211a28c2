from django.apps import AppConfig


class TraceConfig(AppConfig):
    name = "sanbao.trace"
    label = "trace"
