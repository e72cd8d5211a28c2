"""What the pages themselves keep: which codes were scanned."""

from __future__ import annotations

from django.db import models

from sanbao.kernel.scanned import LONGEST
from sanbao.kernel.words import Vocabulary


class ScanResult(Vocabulary):
    """What a scanned code turned out to be."""

    ONE = "one", "认出", "Recognised"
    WARNED = "warned", "有警示", "Recognised, with a warning"
    SEVERAL = "several", "几个匹配", "Several matches"
    UNKNOWN = "unknown", "未知", "Unknown"


class Scan(models.Model):
    """One reading of a code: the text as it came, the code that was meant, the one thing that it named.

    ``scanned_at`` is the device's clock, ``at`` ours: with the network off a scan comes later than it was made.
    """

    id = models.BigAutoField(primary_key=True)
    actor = models.CharField(max_length=80)
    text = models.CharField(max_length=LONGEST)
    code = models.CharField(max_length=LONGEST)
    result = models.CharField(max_length=8)
    subject = models.CharField(max_length=80, default="")
    scanned_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "web_scan"
        indexes = [
            models.Index(fields=["actor", "-id"], name="scan_mine"),
            models.Index(fields=["at"], name="scan_at"),
        ]
