"""Which files hold the links as they once were, and which lots have gained or lost a link since."""

from __future__ import annotations

from django.db import models


class Snapshot(models.Model):
    """The one row about the snapshot of the links (``trace.engines.snapshot``); it binds files to this database.

    ``token`` names the folder of the files that may be used, ``building`` that of a build under way; while either is
    set every change of a link is noted. ``since`` is the last note whose change the files already hold.
    """

    THE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE)
    token = models.CharField(max_length=32, default="")
    since = models.BigIntegerField(default=0)
    building = models.CharField(max_length=32, default="")
    links = models.BigIntegerField(default=0)
    built_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, default="")
    tried_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "trace_snapshot"


class LinkNews(models.Model):
    """A link from ``src`` to ``dst`` was added or voided. Numbers rise in the order of commit, because writers of the
    store take turns; ``mark`` tells a number from the same number in a transaction that was undone."""

    id = models.BigAutoField(primary_key=True)
    mark = models.BigIntegerField()
    dst = models.BigIntegerField()
    src = models.BigIntegerField()

    class Meta:
        db_table = "trace_link_news"
