"""What the worker does for the API: keys of leavers, and answers to POSTs that nobody repeats any more."""

from datetime import timedelta

from sanbao.api.actions import revoke_all
from sanbao.api.models import Answer
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.times import now
from sanbao.kernel.worker import chore

KEPT = timedelta(days=7)


@listens("person.deactivate")
def revoke_keys(entry: JournalEntry) -> None:
    revoke_all(int(entry.subject.partition(":")[2]), by=Actor.clockwork("tokens"))


@chore("answers", every=3600)
def forget_answers() -> int:
    Answer.objects.filter(at__lt=now() - KEPT).delete()
    return 0
