"""What becomes of a line, and the sentence that says why: one table of codes, in both languages."""

from __future__ import annotations

from typing import Any

from sanbao.kernel.words import Vocabulary, W


class Result(Vocabulary):
    TAKEN = "taken", "已取入", "Taken"
    UNCHANGED = "unchanged", "无变化", "Unchanged"
    REMARKED = "remarked", "取入但有备注", "Taken with a remark"
    REFUSED = "refused", "拒绝", "Refused"


#: (code, facts): why a line was refused, or what is to be remarked about it.
type Note = tuple[str, dict[str, Any]]
#: A line's result with its notes. The two usual ones are shared, because there are millions.
type Verdict = tuple[Result, tuple[Note, ...]]

TAKEN: Verdict = (Result.TAKEN, ())
UNCHANGED: Verdict = (Result.UNCHANGED, ())


def refused(why: str, **facts: Any) -> Verdict:
    return (Result.REFUSED, ((why, facts),))


def taken(*notes: Note) -> Verdict:
    return (Result.REMARKED, notes) if notes else TAKEN


SENTENCES: dict[str, W] = {
    # Refused: the cell
    "missing": W("缺“{column}”。", "“{column}” is missing."),
    "supplier_lot_missing": W("缺供方批号。", "The supplier's lot is missing."),
    "certificate_missing": W("缺合格证号。", "The certificate number is missing."),
    "not_a_quantity": W("“{column}”一栏的“{cell}”不是数量。", "“{cell}” under “{column}” is not a quantity."),
    "not_a_number": W("“{column}”一栏的“{cell}”不是数字。", "“{cell}” under “{column}” is not a number."),
    "not_a_date": W(
        "“{column}”一栏的“{cell}”不是日期（年份写四位）。",
        "“{cell}” under “{column}” is not a date (write the year in full).",
    ),
    "not_readable": W("“{column}”一栏的“{cell}”无法识读。", "“{cell}” under “{column}” cannot be read."),
    "other": W("不能取入（{code}）。", "It cannot be taken ({code})."),
    "too_long": W("“{column}”过长，最多 {limit} 个字符。", "“{column}” is too long; at most {limit} characters."),
    # Refused: what the line refers to
    "duplicate": W("与本文件前面的一行重复（{code}）。", "Repeats an earlier line of this file ({code})."),
    "unknown_supplier": W("供应商代码 {code} 不在供方名录里。", "No supplier has the code {code}."),
    "unknown_customer": W("客户代码 {code} 不在客户表里。", "No customer has the code {code}."),
    "unknown_lot": W("批号 {code} 没有进仓记录。", "Lot {code} was never received."),
    "unknown_label": W("标签号 {code} 没有入库记录。", "Label {code} was never packed."),
    "unknown_traveller": W("随行卡 {code} 没有记录。", "There is no traveller {code}."),
    "unknown_destination": W(
        "看不出 {code} 是熔铸炉次、喷涂批还是氧化批。", "{code} tells neither a heat nor a coating or anodising batch."
    ),
    "other_kind": W("{code} 已经是另一种批次。", "{code} is a lot of another kind already."),
    "feeds_itself": W("{code} 不能投给自己。", "{code} cannot go into itself."),
    # Taken with a remark
    "differs": W(
        "已有这条记录而内容不同（{fields}），保留原记录，请核对。",
        "The record stands already with other values ({fields}); it was kept, compare them.",
    ),
    "remark": W("{note}", "{note}"),
    "over_consumed": W(
        "{code} 累计用去或发出 {issued} 公斤，超过它所有的 {received} 公斤。",
        "{issued} kg taken out of {code}, of which there are {received} kg.",
    ),
    "weight_differs": W(
        "发货 {shipped} 公斤，标签净重 {label} 公斤。", "{shipped} kg shipped, {label} kg on the label."
    ),
    "backward_date": W(
        "{later}（{day}）早于{earlier}（{before}）。", "{later} ({day}) lies before {earlier} ({before})."
    ),
    "gap": W("缺“{column}”。", "“{column}” is missing."),
    "status_differs": W("报告结论与随行卡状态不一致。", "The report and the traveller do not agree on the status."),
    "not_passed": W("{code} 并非合格状态。", "{code} had not passed."),
    "cycle": W(
        "{code} 经过别的批次又做成它自己，已照记录取入。", "{code} feeds itself through other lots; taken as recorded."
    ),
    "lot_again": W(
        "{code} 已用于另一批来料（供方批号 {other}），数量相加。",
        "{code} stands already for another supplier's lot ({other}); the quantities are added.",
    ),
    "kind_differs": W(
        "{code} 是{kind}，与本栏不符。", "{code} is another kind of lot ({kind}) than this column names."
    ),
    "no_record": W("{code} 尚无自己的记录。", "{code} has no record of its own yet."),
    "unknown_product": W("型号 {code} 不在产品表里。", "No product has the code {code}."),
    "product_differs": W("型号与随行卡 {code} 的不一致。", "The product is not that of traveller {code}."),
    "unknown_status": W(
        "不认识质量状态“{cell}”，按待检取入。", "“{cell}” is no known status; taken as to be inspected."
    ),
    "unresolved_customer": W(
        "客户“{name}”无法确定，请在案件中指定（可能是：{maybe}）。",
        "The customer “{name}” cannot be told; name him on the case (perhaps: {maybe}).",
    ),
    "unknown_channel": W("不认识方式“{cell}”，按信函取入。", "“{cell}” is no known channel; taken as a letter."),
    "label_without_record": W("标签号 {code} 没有入库记录。", "Label {code} was never packed."),
}


def sentence(code: str, facts: dict[str, Any]) -> W:
    """What a stored note says, in the reader's language; its facts are plain JSON or as they were noted."""
    words = {name: W(**value) if isinstance(value, dict) else value for name, value in facts.items()}
    known = SENTENCES.get(code) or SENTENCES["missing" if code.endswith("_missing") else "other"]
    return known.format(**{"column": "", "cell": "", "code": code, **words})
