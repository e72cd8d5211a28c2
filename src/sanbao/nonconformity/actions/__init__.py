"""Everything that happens to nonconforming product: opened and contained, disposed of part by part, closed.

``open_record`` is the way in for every source; ``from_return`` and ``from_complaint`` are what lower rooms call.
"""

from sanbao.nonconformity.actions.disposing import (
    approve,
    cancel,
    execute,
    propose,
    refuse_disposition,
    verify,
)
from sanbao.nonconformity.actions.ending import close, withdraw
from sanbao.nonconformity.actions.opening import (
    Goods,
    add_evidence,
    add_line,
    from_complaint,
    open_record,
)
from sanbao.nonconformity.actions.returning import from_return

__all__ = [
    "Goods",
    "add_evidence",
    "add_line",
    "approve",
    "cancel",
    "close",
    "execute",
    "from_complaint",
    "from_return",
    "open_record",
    "propose",
    "refuse_disposition",
    "verify",
    "withdraw",
]
