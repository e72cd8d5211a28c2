"""Lots, links and handles: the graph itself, kept small because a factory writes millions of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from sanbao.kernel.words import Vocabulary

if TYPE_CHECKING:
    from sanbao.kernel.actor import Actor


class LotKind(Vocabulary):
    """What a lot is, in the order in which material flows (the columns of a trace)."""

    RAW = "raw", "原料批", "Material lot"
    HEAT = "heat", "熔铸炉次", "Casting heat"
    BILLET = "billet", "铸棒批", "Billet lot"
    AGEING = "ageing", "时效炉次", "Ageing load"
    OXIDATION = "oxidation", "氧化批", "Anodising batch"
    COATING = "coating", "喷涂批", "Coating batch"
    TRAVELLER = "traveller", "随行卡", "Traveller"
    LABEL = "label", "标签", "Product label"
    PROCESSING = "processing", "深加工批", "Processing batch"
    ITEM = "item", "其他物品", "Other item"


class QualityStatus(Vocabulary):
    """T-06: the four states in which material may stand."""

    PENDING = "pending", "待检", "To be inspected"
    PASSED = "passed", "合格", "Passed"
    FAILED = "failed", "不合格", "Failed"
    UNDECIDED = "undecided", "已检待判定", "Inspected, undecided"


class LotQuerySet(models.QuerySet["Lot"]):
    def visible_to(self, actor: Actor) -> LotQuerySet:
        """Staff who hold ``trace.see`` see every lot; nobody else sees any."""
        return self if actor.may("trace.see") else self.none()


class Lot(models.Model):
    """A quantity of material made under the same conditions; one label is a lot of its own.

    A lot that is only mentioned (a traveller names a billet lot of which there is no casting record) has neither
    quantity nor date: it stands in the graph, and the trace shows the missing record as a gap. A treatment (ageing
    load, oxidation or coating batch) and a processing batch are not inspected by themselves and have no status.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    product = models.ForeignKey("catalog.Product", models.PROTECT, null=True, related_name="+", db_index=False)
    material = models.ForeignKey("catalog.Material", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity_milli = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=8, default="kg")
    status = models.CharField(max_length=12, default=QualityStatus.PENDING.value)
    made_on = models.DateField(null=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        db_table = "trace_lot"

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("trace:trace", args=[self.code])


class LotLink(models.Model):
    """Material (or a treatment) of ``src`` went into ``dst`` at ``event``; see ``records.event_of``.

    The tables are made by hand in the first migration: on SQLite WITHOUT ROWID, keyed (dst, src, event), so that a
    link costs about 35 bytes and backward steps read neighbouring rows. No foreign keys: the writers know both ends.
    Never let a migration remake this table on SQLite; Django would lose WITHOUT ROWID.
    """

    pk = models.CompositePrimaryKey("dst", "src", "event")
    dst = models.BigIntegerField()
    src = models.BigIntegerField()
    event = models.BigIntegerField()
    quantity_milli = models.BigIntegerField(null=True)

    class Meta:
        db_table = "trace_lot_link"


class HandleKind(Vocabulary):
    """By what else than its own code a lot is found."""

    SPRAY = "spray", "喷码", "Spray code"
    SUPPLIER_LOT = "supplier_lot", "供方批号", "Supplier's lot"
    RECEIPT = "receipt", "进仓单号", "Receipt number"
    CERTIFICATE = "certificate", "合格证号", "Certificate number"
    ISSUE = "issue", "领料单号", "Issue slip"
    REPORT = "report", "检验报告号", "Inspection report"
    DELIVERY = "delivery", "提货单号", "Delivery number"
    SERIAL = "serial", "序列号", "Serial number"
    TOKEN = "token", "二维码", "QR code"
    LOT_NUMBER = "lot_number", "批号", "Lot number"
    EPC = "epc", "EPC 编码", "Electronic product code"


class Handle(models.Model):
    """``key`` (as ``code_key`` makes it) leads to ``lot``; not unique: several matches are listed and asked."""

    pk = models.CompositePrimaryKey("key", "kind", "lot_id")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    lot_id = models.BigIntegerField()

    class Meta:
        db_table = "trace_handle"
