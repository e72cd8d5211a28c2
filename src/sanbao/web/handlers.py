"""What the worker does for the pages: forget scans that are older than the policy keeps them."""

from __future__ import annotations

from datetime import timedelta

from sanbao.kernel.times import now, today
from sanbao.kernel.worker import chore
from sanbao.web.models import Scan
from sanbao.web.policies import SCANS


@chore("scans", every=6 * 3600)
def forget_scans() -> int:
    kept = timedelta(days=int(SCANS.setting("kept_days", on=today())))
    Scan.objects.filter(at__lt=now() - kept).delete()
    return 0
