"""Everything that changes a label, in the order in which the procedure tells it: packed and signed, printed, lost and
replaced, repacked."""

from sanbao.goods.actions.lost import reinspect, replace, report_lost, strike, withdraw_report
from sanbao.goods.actions.packing import pack, sign, sign_many, take_up, take_up_many
from sanbao.goods.actions.printing import print_labels
from sanbao.goods.actions.processed import processed
from sanbao.goods.actions.repacking import repack

__all__ = [
    "pack",
    "print_labels",
    "processed",
    "reinspect",
    "repack",
    "replace",
    "report_lost",
    "sign",
    "sign_many",
    "strike",
    "take_up",
    "take_up_many",
    "withdraw_report",
]
