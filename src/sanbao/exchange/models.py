"""An import as it goes: which files, how far, and what became of every line that was not simply taken."""

from __future__ import annotations

from typing import Any

from django.db import models

from sanbao.exchange.outcomes import Result, sentence
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.times import now
from sanbao.kernel.words import Vocabulary, W


class Stage(Vocabulary):
    """Where an import stands. A run that was killed stays *going* and continues from its checkpoint."""

    PREPARED = "prepared", "待确认", "Prepared"
    REHEARSING = "rehearsing", "试运行中", "Rehearsing"
    REHEARSED = "rehearsed", "试运行完毕", "Rehearsed"
    GOING = "going", "导入中", "Going"
    DONE = "done", "已完成", "Done"
    FAILED = "failed", "已中止", "Failed"


COUNTS = ("taken", "unchanged", "remarked", "refused")


class RunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, actor: Actor) -> RunQuerySet:
        return self if actor.may("exchange.import") else self.none()


class ImportRun(models.Model):
    """One import of one or more files. ``by_worker``: driven by the worker, else by the command that began it."""

    id = models.BigAutoField(primary_key=True)
    stage = models.CharField(max_length=12, default=Stage.PREPARED.value)
    rehearsal = models.BooleanField(default=False)
    by_worker = models.BooleanField(default=False)
    actor = models.CharField(max_length=80)
    origin = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField(default=now)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        db_table = "exchange_run"
        ordering = ("-id",)

    @property
    def subject(self) -> str:
        return f"import:{self.pk}"

    @property
    def title_of_stage(self) -> W | str:
        return Stage.title_of(self.stage)


class ImportFile(models.Model):
    """One sheet of one file with its checkpoint: rows below ``next_row`` are dealt with (sheet rows, from 1).

    ``read`` counts lines of the ledger; ``skipped`` repeated headers, titles and sums. ``trouble`` is the code of
    the refusal where the file as a whole could not be read or its columns are not beyond doubt. ``made``: runs of
    ids of old complaints that it made, for the closing entry.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    sheet = models.CharField(max_length=80, default="")
    digest = models.CharField(max_length=64, db_index=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, default="")
    header_row = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    asks = models.BooleanField(default=False)
    trouble = models.CharField(max_length=40, default="")
    made = models.JSONField(default=list)
    last_row = models.PositiveBigIntegerField(default=0)
    next_row = models.PositiveBigIntegerField(default=0)
    complete = models.BooleanField(default=False)
    read = models.PositiveBigIntegerField(default=0)
    skipped = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    remarked = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "exchange_file"
        ordering = ("run", "position", "id")

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("read", *COUNTS)}

    @property
    def title_of_kind(self) -> W | str:
        from sanbao.exchange.kinds import kind_of  # the kinds stand on the models

        return kind_of(self.kind).title if self.kind else ""

    @property
    def percent(self) -> int:
        if self.complete:
            return 100
        return min(99, 100 * self.next_row // self.last_row) if self.last_row else 0


class ImportLine(models.Model):
    """A line that was refused, or one remark about a line that was taken."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(ImportFile, models.CASCADE, related_name="lines", db_index=False)
    row = models.PositiveBigIntegerField()
    result = models.CharField(max_length=10)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "exchange_line"
        ordering = ("file", "row", "id")
        indexes = [models.Index(fields=["file", "result", "row"], name="exchange_line_of_file")]

    @property
    def sentence(self) -> W:
        return sentence(self.code, self.facts)

    @classmethod
    def refused_of(cls, run: ImportRun) -> models.QuerySet[Any]:
        return cls.objects.filter(file__run=run, result=Result.REFUSED).order_by("file__position", "file_id", "row")
