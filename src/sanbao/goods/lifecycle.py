"""The life of a label, of a relabelling and of a print: from where to where, who may, under which clause."""

from __future__ import annotations

from sanbao.goods.models import Label, LabelPrint, LabelState, PrintState, Relabel, RelabelState
from sanbao.kernel.lifecycle import Lifecycle, Move
from sanbao.kernel.words import W

S = LabelState

LABEL: Lifecycle[Label] = Lifecycle(
    "label",
    "goods.Label",
    title=W("成品标签", "Product label"),
    states=LabelState,
    tracked=(
        "code", "lot_id", "product_id", "spray_code", "pieces", "weight_milli", "place", "produced_on", "origin",
        "token", "gtin", "packed_by", "signed_by", "loss", "reported_by", "hold_id", "verdict_id", "born_of_id",
        "ended_by_id",
    ),
    searched=lambda label: (label.code, label.spray_code, label.product.code if label.product else ""),
    moves={
        "pack": Move((), S.PACKED, permission="trace.pack", clause="T-10", title=W("成品入库", "Pack")),
        "take_up": Move(
            (), S.IN_FORCE, permission="goods.print", clause="T-10", title=W("补登标签", "Take up a label")
        ),
        "process": Move(
            (), S.PACKED, permission="trace.pack", clause="W-09", title=W("深加工产出", "Made by further processing"),
            internal=True,  # made by the processing order that it came of
        ),
        "renew": Move(
            (), S.IN_FORCE, permission="goods.relabel", clause="T-12", title=W("换发的新标签", "The new label"),
            internal=True,  # made by the relabelling that replaces another
        ),
        "sign": Move({S.PACKED}, S.IN_FORCE, permission="goods.sign", clause="T-10", title=W("质检签收", "Sign")),
        "report_lost": Move(
            {S.PACKED, S.IN_FORCE}, S.REPORTED,
            permission="goods.report_lost", clause="T-12", title=W("标签报失", "Report the label"),
        ),
        "withdraw_report": Move(
            {S.REPORTED}, (S.IN_FORCE, S.PACKED),
            permission="trace.judge", clause="T-12", title=W("撤销报失", "Withdraw the report"),
        ),
        "reinspect": Move(
            {S.REPORTED}, (S.REINSPECTED, S.VOID),
            permission="trace.judge", clause="T-12", title=W("复检", "Re-inspect"),
        ),
        "replace": Move(
            {S.REINSPECTED, S.VOID}, S.REPLACED,
            permission="goods.relabel", clause="T-12", title=W("换发新标签", "Replace the label"),
        ),
        "supersede": Move(
            {S.IN_FORCE}, S.REPLACED, permission="goods.relabel", clause="T-12", title=W("拆并后作废", "Supersede"),
            internal=True,  # the old labels of a repacking
        ),
        "strike": Move(
            {S.PACKED, S.IN_FORCE, S.REPORTED, S.REINSPECTED}, S.VOID,
            permission="trace.reverse", clause="T-06", title=W("随冲销作废", "Void with its record"),
            internal=True,  # its packing record was struck
        ),
    },
)  # fmt: skip

RELABEL: Lifecycle[Relabel] = Lifecycle(
    "relabel",
    "goods.Relabel",
    title=W("换发标签", "Relabelling"),
    states=RelabelState,
    tracked=("number", "why", "reason", "entered_by"),
    searched=lambda relabel: (relabel.number, relabel.reason),
    moves={
        "enter": Move(
            (), RelabelState.ENTERED, permission="goods.relabel", clause="T-12", title=W("登记换发", "Enter"),
            internal=True,  # the record behind the replacement of one label
        ),
        "repack": Move(
            (), RelabelState.ENTERED,
            permission="goods.relabel", clause="T-12", title=W("拆包并包", "Split or merge packages"),
        ),
    },
)  # fmt: skip

LABEL_PRINT: Lifecycle[LabelPrint] = Lifecycle(
    "label_print",
    "goods.LabelPrint",
    title=W("标签打印", "Print of labels"),
    states=PrintState,
    tracked=("number", "size", "copies", "labels", "again", "digest", "why", "printed_by"),
    searched=lambda run: (run.number,),
    moves={
        "print": Move(
            (), PrintState.PRINTED, permission="goods.print", clause="T-10", title=W("打印标签", "Print labels")
        ),
    },
)
