from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "sanbao.knowledge"
    label = "knowledge"
