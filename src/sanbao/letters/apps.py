from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "sanbao.letters"
    label = "letters"
