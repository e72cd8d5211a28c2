"""Labels of finished goods: each is a trace lot with what is printed on it, the code behind its QR, and its life."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.catalog.models import Product
from sanbao.goods.rules import milli
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary, W
from sanbao.trace.models import Hold, Lot, Verdict


class LabelState(Vocabulary):
    """The life of a label; only one that is in force lets goods leave."""

    PACKED = "packed", "待质检签收", "To be signed by QC"
    IN_FORCE = "in_force", "有效", "In force"
    REPORTED = "reported", "报失待复检", "Reported, to be re-inspected"
    REINSPECTED = "reinspected", "待换发", "To be replaced"
    REPLACED = "replaced", "已换发", "Replaced"
    VOID = "void", "作废", "Void"


#: A label that goods may still bear, so that it may be printed.
STANDING = (LabelState.PACKED, LabelState.IN_FORCE)
#: A code that means nothing any more, whoever reads it.
DEAD = (LabelState.REPLACED, LabelState.VOID)


class Origin(Vocabulary):
    """How a label came to be one of ours."""

    PACKED = "packed", "入库", "Packed here"
    RELABELLED = "relabelled", "换发", "Relabelled"
    TAKEN_UP = "taken_up", "补登", "Taken up"
    PROCESSED = "processed", "深加工", "Processed further"


class Loss(Vocabulary):
    """T-12: what is wrong with a label on the goods."""

    LOST = "lost", "丢失", "Lost"
    MISSED = "missed", "漏贴", "Never stuck on"
    ILLEGIBLE = "illegible", "污损看不清", "Illegible"
    WRONG = "wrong", "内容有误", "Wrong content"


class RelabelState(Vocabulary):
    ENTERED = "entered", "已换发", "Entered"


class RelabelReason(Vocabulary):
    LOSS = "loss", "标签丢失或有误", "Label lost or wrong"
    SPLIT = "split", "拆包", "Package split"
    MERGE = "merge", "并包", "Packages merged"


class PrintState(Vocabulary):
    PRINTED = "printed", "已打印", "Printed"


class ReprintReason(Vocabulary):
    """Why a label is printed again. One that was lost from the goods is not printed again but reported (T-12)."""

    MISPRINT = "misprint", "打印不良", "Misprinted"
    EXTRA = "extra", "多贴一面", "Another side of the package"
    SIZE = "size", "换规格", "Another size"


class GoodsQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may trace sees the labels; nobody else does."""
        return self.all() if actor.may("trace.see") else self.none()


class Relabel(Subject):
    """换发: one or several labels were replaced by one or several others, with their quantities (T-12)."""

    KIND = "relabel"

    number = models.CharField(max_length=24, unique=True)
    why = models.CharField(max_length=12)
    reason = models.CharField(max_length=300, blank=True)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()

    objects = GoodsQuerySet.as_manager()

    class Meta:
        db_table = "goods_relabel"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("goods:relabel", self.pk)


class Label(Subject):
    """标签: what is printed on it, who packed and who signed, and the public code behind its QR.

    ``token`` is random and printed on the goods, so it stands here in clear (decision 0008). ``gtin`` is what the
    product had when the label was made: the address that was printed must never change. Quantity and status stand on
    the lot; ``weight_milli`` is what the label says.
    """

    KIND = "label"
    SHOWN_WITH = ("product",)

    code = models.CharField(max_length=64)
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    spray_code = models.CharField(max_length=64, blank=True)
    pieces = models.PositiveIntegerField(null=True, blank=True)
    weight_milli = models.BigIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=8, default="kg")
    place = models.CharField(max_length=40, blank=True)
    produced_on = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=12, default=Origin.PACKED.value)
    token = models.CharField(max_length=20, unique=True)
    gtin = models.CharField(max_length=14, blank=True)

    packed_by = models.CharField(max_length=80)
    packed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=80, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    # Lost, missed, illegible (T-12)
    loss = models.CharField(max_length=12, blank=True)
    reported_by = models.CharField(max_length=80, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.ForeignKey(Verdict, models.PROTECT, null=True, blank=True, related_name="+")
    found_product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    found_milli = models.BigIntegerField(null=True, blank=True)
    found_pieces = models.PositiveIntegerField(null=True, blank=True)
    born_of = models.ForeignKey(Relabel, models.PROTECT, null=True, blank=True, related_name="made")
    ended_by = models.ForeignKey(Relabel, models.PROTECT, null=True, blank=True, related_name="ended")

    objects = GoodsQuerySet.as_manager()

    class Meta:
        db_table = "goods_label"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("code",), name="label_code"),
            models.Index(fields=("state", "packed_at"), name="label_work"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return page("goods:label", self.pk)

    @property
    def dead(self) -> bool:
        return self.state in DEAD

    @property
    def weight(self) -> str:
        return milli(self.weight_milli, self.unit)


class LabelPrint(Subject):
    """打印: labels that were printed together, in one size. One entry with count and digest, whatever the number."""

    KIND = "label_print"

    number = models.CharField(max_length=24, unique=True)
    size = models.CharField(max_length=40)
    copies = models.PositiveSmallIntegerField(default=1)
    labels = models.PositiveIntegerField(default=0)
    again = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=12, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    printed_by = models.CharField(max_length=80)
    printed_at = models.DateTimeField()

    objects = GoodsQuerySet.as_manager()

    class Meta:
        db_table = "goods_print"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("goods:printed", self.pk)

    @property
    def why_title(self) -> W | str:
        return ReprintReason.title_of(self.why) if self.why else ""


class PrintedLabel(models.Model):
    """One label of a print, in the order of printing; ``again`` says that it had been printed before. Never changed."""

    id = models.BigAutoField(primary_key=True)
    label = models.ForeignKey(Label, models.PROTECT, related_name="printed")
    run = models.ForeignKey(LabelPrint, models.PROTECT, related_name="lines")
    again = models.BooleanField(default=False)

    class Meta:
        db_table = "goods_printed_label"
        ordering = ("id",)


protect("goods_printed_label")
