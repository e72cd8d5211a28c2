from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


def _put_triggers_back(**_: Any) -> None:
    from sanbao.kernel import triggers

    triggers.install()


class KernelConfig(AppConfig):
    """Gathers what the rooms declare: policies, lifecycles, faces, handlers."""

    name = "sanbao.kernel"
    label = "kernel"

    def ready(self) -> None:
        # The one signal in the house: Django drops SQLite triggers when it rebuilds a table in a migration.
        last = list(apps.get_app_configs())[-1]
        post_migrate.connect(_put_triggers_back, sender=last, dispatch_uid="sanbao.triggers")
        autodiscover_modules("policies", "lifecycle", "actions", "handlers", "forms")
