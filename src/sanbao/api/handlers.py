"""What the worker does for the API: forget the answers to POSTs that nobody repeats any more."""

from datetime import timedelta

from sanbao.api.models import Answer
from sanbao.kernel.times import now
from sanbao.kernel.worker import chore

KEPT = timedelta(days=7)


@chore("answers", every=3600)
def forget_answers() -> int:
    Answer.objects.filter(at__lt=now() - KEPT).delete()
    return 0
