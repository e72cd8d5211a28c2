from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules, module_has_submodule


def _put_right(**_: Any) -> None:
    """After every migrate: the record's triggers, then the rows that the rooms ship (``defaults.load``)."""
    from sanbao.kernel import triggers

    triggers.install()
    for app in apps.get_app_configs():
        if app.name.startswith("sanbao.") and module_has_submodule(app.module, "defaults"):
            import_module(f"{app.name}.defaults").load()


class KernelConfig(AppConfig):
    """Gathers what the rooms declare: policies, lifecycles, faces, handlers."""

    name = "sanbao.kernel"
    label = "kernel"

    def ready(self) -> None:
        # The one signal in the house: Django drops SQLite triggers when it rebuilds a table in a migration.
        last = list(apps.get_app_configs())[-1]
        post_migrate.connect(_put_right, sender=last, dispatch_uid="sanbao.put_right")
        autodiscover_modules("policies", "lifecycle", "actions", "handlers", "forms", "verifying")
