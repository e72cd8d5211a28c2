"""What a supplier's marking must hold, and that he was told (T-01, T-02, T-03)."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.codes import whole
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.words import Vocabulary
from sanbao.parties.models import Supplier


class MarkingContent(Vocabulary):
    """T-02: what may stand on the packing or the papers."""

    SUPPLIER = "supplier", "供方", "Supplier"
    PRODUCT = "product", "产品", "Product"
    SPECIFICATION = "specification", "规格", "Specification"
    MODEL = "model", "型号", "Model"
    DATE_OR_LOT = "date_or_lot", "生产日期或批号", "Production date or lot"
    INSPECTION_MARK = "inspection_mark", "检验标记（合格证、检验员代号）", "Inspection mark"


class Report(Vocabulary):
    """T-03: whose inspection report must come with the material, or came with it."""

    NONE = "none", "无", "None"
    MAKER = "maker", "生产厂检验报告", "Maker's report"
    THIRD_PARTY = "third_party", "第三方检验报告", "Third party's report"


class MarkingState(Vocabulary):
    SENT = "sent", "待供方确认", "Awaiting the supplier"
    ACKNOWLEDGED = "acknowledged", "供方已确认", "Acknowledged"
    STALE = "stale", "要求已变，须重新告知", "Outdated; to be told again"


class MarkingQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see all; whoever came in by a supplier's link sees that supplier's own."""
        if actor.kind == "supplier":
            return self.filter(supplier=whole(actor.ref.removeprefix("supplier:")))
        return self.all() if actor.may("materials.see") else self.none()


class MarkingNotice(Subject):
    """标识要求告知: one supplier told what the marking of one class of material must hold; he acknowledges.

    ``rule`` is what he was told, for important and for ordinary materials (``policies.told``).
    ``link_hash`` is the SHA-256 of the token in his link; the token itself is kept nowhere (``links.py``).
    """

    KIND = "marking_notice"
    SHOWN_WITH = ("supplier",)

    number = models.CharField(max_length=24, unique=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="+")
    material_class = models.CharField(max_length=40)
    rule = models.JSONField(default=dict)
    rule_version = models.PositiveIntegerField(default=0)
    rule_digest = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=80, blank=True)
    sendings = models.PositiveSmallIntegerField(default=0)
    link_nonce = models.CharField(max_length=64, blank=True)
    link_hash = models.CharField(max_length=64, blank=True, db_index=True)
    due_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=80, blank=True)
    acknowledged_how = models.CharField(max_length=200, blank=True)

    objects = MarkingQuerySet.as_manager()

    class Meta:
        db_table = "materials_marking_notice"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=("supplier", "material_class"), name="marking_notice_once_per_class")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.material_class}"

    @property
    def of_whom(self) -> str:
        return self.supplier.name

    @property
    def next_due_at(self):  # type: ignore[no-untyped-def]
        return self.due_at if self.state == MarkingState.SENT else None

    def get_absolute_url(self) -> str:
        return page("materials:marking", self.pk)
