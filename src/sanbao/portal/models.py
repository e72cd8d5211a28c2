"""What the public pages keep: how often a label was looked up on a day, and what was reported through its page.

No address, no device, nothing about who looked: a day and a count are enough to notice a copied code.
"""

from __future__ import annotations

from django.db import models

from sanbao.complaints.models import Complaint
from sanbao.goods.models import Label


class ScanDay(models.Model):
    """So many look-ups of a label on one day of the factory; ``label`` 0 counts codes that nobody knows."""

    pk = models.CompositePrimaryKey("label", "day")
    label = models.BigIntegerField()
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "portal_scan_day"


class Report(models.Model):
    """A complaint that came through a label's page. ``nonce`` is the form's: sent twice it is still one report."""

    id = models.BigAutoField(primary_key=True)
    nonce = models.CharField(max_length=40, unique=True)
    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="+")
    label = models.ForeignKey(Label, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "portal_report"
