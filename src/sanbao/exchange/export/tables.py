"""Every table that the house stores, column by column; a new room comes by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.policies import PolicyVersion

CHUNK = 5000
#: Derived from other tables, or of no meaning outside this house.
LEFT_OUT = frozenset({
    "api.Answer", "api.Token", "kernel.Heartbeat", "kernel.JournalEntry", "kernel.Pending", "kernel.PolicyVersion",
    "kernel.SearchDoc", "parties.DealerReach", "parties.Number", "trace.LinkNews", "trace.Snapshot",
})  # fmt: skip
#: What lets somebody in, or would undo the erasure of personal data from the record.
SECRET = frozenset({"password", "secret", "salt", "signature_token"})


def models() -> list[type[Model]]:
    """The models of the house's rooms, in the order of the rooms."""
    return [
        model
        for app in apps.get_app_configs()
        if app.name.startswith("sanbao.")
        for model in app.get_models()
        if f"{app.label}.{model.__name__}" not in LEFT_OUT
    ]


def name_of(model: type[Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if field.column and field.name not in SECRET]


def lines(model: type[Model]) -> Iterator[list[Any]]:
    """One line per row, every column that is no secret; JSON as text, bytes are never there."""
    names = [field.attname for field in columns(model)]
    rows = model._base_manager.order_by().values_list(*names)
    for row in rows.iterator(chunk_size=CHUNK):
        yield [_plain(value) for value in row]


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).lower() if isinstance(value, bool) else value


def journal() -> Iterator[str]:
    """The record, an entry to a line, with the hashes by which it proves itself."""
    for entry in JournalEntry.objects.order_by("id").iterator(chunk_size=CHUNK):
        told = {
            "id": entry.pk,
            "subject": entry.subject,
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "actor": entry.actor,
            "origin": entry.origin,
            "action": entry.action,
            "clause": entry.clause,
            "facts": entry.facts,
            "previous": entry.previous,
            "hash": entry.hash,
        }
        yield json.dumps(told, ensure_ascii=False) + "\n"


def policies() -> Iterator[tuple[str, str]]:
    """Every version of every policy as the TOML that ``sanbao policies`` reads: name, text."""
    for version in PolicyVersion.objects.order_by("policy", "number").iterator():
        yield f"{version.policy}-v{version.number}", version.text
