from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "sanbao.mail"
    label = "mail"
