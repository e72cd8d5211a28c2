from django.apps import AppConfig


class GoodsConfig(AppConfig):
    name = "sanbao.goods"
    label = "goods"
