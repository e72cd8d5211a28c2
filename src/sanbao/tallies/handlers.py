"""The calendar asks for the regular analysis once its period is over (U-11). Handlers may run twice."""

from __future__ import annotations

from django.db import IntegrityError

from sanbao.complaints.models import Complaint, Matter
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import today
from sanbao.kernel.worker import chore
from sanbao.tallies import actions, rules
from sanbao.tallies.models import Analysis
from sanbao.tallies.policies import TALLY

CLOCKWORK = Actor.clockwork("tallies")


@chore("tally", every=3600)
def ask_for_it() -> int:
    """One analysis for each whole period in which anything was complained of; how many were opened."""
    if not in_force("U-11"):
        return 0
    first, last = rules.last_period(today(), int(TALLY.setting("months", on=today())))
    there = Analysis.objects.filter(regular=True, first=first, last=last).exists()
    complaints = Complaint.objects.filter(received_at__date__range=(first, last), matter=Matter.COMPLAINT)
    if there or not complaints.exists():
        return 0
    try:
        actions.analyse(by=CLOCKWORK, first=first, last=last, regular=True)
    except IntegrityError:  # another worker was quicker
        return 0
    return 1
