"""Where Django looks for the kernel's tables; each lives in the module that explains it."""

from sanbao.kernel import deposits
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.clocks import Clock, ClockPause
from sanbao.kernel.journal import JournalEntry, Pending
from sanbao.kernel.notices import Notice
from sanbao.kernel.numbering import NumberSeries
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.policies import PolicyDraft, PolicyVersion, verifying
from sanbao.kernel.seals import Seal
from sanbao.kernel.search import SearchDoc
from sanbao.kernel.signatures import Signature
from sanbao.kernel.triggers import protect
from sanbao.kernel.webhooks import Call, Webhook
from sanbao.kernel.worker import Heartbeat

__all__ = [
    "Attachment",
    "Call",
    "Clock",
    "ClockPause",
    "Heartbeat",
    "JournalEntry",
    "Notice",
    "NumberSeries",
    "Obligation",
    "Pending",
    "PolicyDraft",
    "PolicyVersion",
    "Seal",
    "SearchDoc",
    "Signature",
    "Webhook",
    "deposits",
    "verifying",
]

for table in ("kernel_journal", "kernel_seal", "kernel_signature"):
    protect(table)
