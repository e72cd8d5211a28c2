"""The events themselves, and the index by which the standard's query parameters find them.

An event is never changed and never deleted. Key and measure tables are made by hand in the first migration: on SQLite
WITHOUT ROWID, on PostgreSQL with the collation in which ranges of identifiers are ranges of bytes.
"""

from __future__ import annotations

import json
from typing import Any, Self

from django.db import models

from sanbao.epcis.models.captures import Capture
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.words import Vocabulary


class Origin(Vocabulary):
    """Where an event comes from."""

    CAPTURED = "captured", "取入", "Captured"
    OWN = "own", "本厂记录", "Own record"


class Namespaces(models.Model):
    """What documents added to the standard's context, each once: ``entries`` is canonical JSON."""

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    entries = models.TextField()

    class Meta:
        db_table = "epcis_namespaces"


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.may("epcis.query") else self.none()


class Event(models.Model):
    """One event, word for word but for ``recordTime``, which is ours.

    ``declaration`` is empty, or the digest of an event that declares an earlier one of the same eventID wrong;
    ``assigned``: it came without an eventID. ``own``: the record of ours that it tells of (``receipt:17``).
    ``voided``: what it asserted no longer counts.
    """

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=500)
    declaration = models.CharField(max_length=64, default="")
    assigned = models.BooleanField(default=False)
    type = models.CharField(max_length=200)
    action = models.CharField(max_length=8, default="")
    event_time = models.DateTimeField()
    record_time = models.DateTimeField()
    declared_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    namespaces = models.ForeignKey(Namespaces, models.PROTECT, null=True, related_name="+", db_index=False)
    capture = models.ForeignKey(Capture, models.PROTECT, null=True, related_name="+", db_index=False)
    position = models.PositiveIntegerField(default=0)
    own = models.CharField(max_length=40, default="")
    voided = models.BooleanField(default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        db_table = "epcis_event"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["event_id", "declaration"], name="epcis_event_once")]
        indexes = [
            models.Index(fields=["event_time"], name="epcis_event_time"),
            models.Index(fields=["record_time"], name="epcis_event_recorded"),
            models.Index(fields=["capture", "position"], name="epcis_event_of"),
        ]

    def __str__(self) -> str:
        return self.event_id

    def get_absolute_url(self) -> str:
        return page("epcis:event", self.pk)

    @property
    def origin(self) -> Origin:
        return Origin.OWN if self.own else Origin.CAPTURED

    @property
    def value(self) -> dict[str, Any]:
        """The event as Python has it; numbers may lose what a float loses. For showing, not for handing on."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed


class Key(models.Model):
    """Under ``name`` stands ``value`` in an event; see ``standard.indexing``."""

    pk = models.CompositePrimaryKey("name", "value", "event_id")
    name = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    event_id = models.BigIntegerField()

    class Meta:
        db_table = "epcis_key"


class Measure(models.Model):
    """Under ``name`` stands the number ``value`` in an event; moments are seconds since 1970."""

    pk = models.CompositePrimaryKey("name", "value", "event_id")
    name = models.CharField(max_length=200)
    value = models.FloatField()
    event_id = models.BigIntegerField()

    class Meta:
        db_table = "epcis_measure"


class Thing(models.Model):
    """What an identifier names, and which lot of the trace it is.

    ``made_milli`` is what events say came into being of it (None: nobody said); ``ours``: the lot has records of ours,
    and no event changes its quantity.
    """

    key = models.CharField(max_length=200, primary_key=True)
    uri = models.CharField(max_length=1000)
    lot = models.ForeignKey("trace.Lot", models.PROTECT, related_name="+")
    made_milli = models.BigIntegerField(null=True)
    ours = models.BooleanField(default=False)

    class Meta:
        db_table = "epcis_thing"


class Place(models.Model):
    """How a read point or business location was first written, by key."""

    key = models.CharField(max_length=200, primary_key=True)
    uri = models.CharField(max_length=1000)

    class Meta:
        db_table = "epcis_place"
