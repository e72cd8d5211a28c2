"""The gate: a delivery, its lots, the four ways, urgent release, back to the supplier."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis
from sanbao.kernel.words import W
from sanbao.materials import fields
from sanbao.materials.actions import receiving, ways
from sanbao.materials.fields import StoreForm, StoreKeptForm
from sanbao.materials.lifecycle import DELIVERY, INCOMING
from sanbao.materials.models import MarkingContent, Report


def report() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=W("附来的检验报告", "Report that came with it"), choices=Report.pairs, required=False, initial=Report.NONE
    )


@face(DELIVERY, "register", receiving.register)
class RegisterForm(StoreForm):
    supplier = fields.supplier(required=False)
    owner = fields.customer(
        "顾客提供（客户）",
        "Supplied by a customer",
        help_text=W("顾客提供的零件和材料填这里：它始终是他的财产。", "What a customer supplies stays his property."),
    )
    paper = fields.line("送货单号", "Delivery note", 40)
    vehicle = fields.line("车号", "Vehicle", 40)
    arrived_on = fields.day("到货日期", "Arrived on")
    remark = fields.line("说明", "Remark", 200)
    files = Files()


class LotForm(StoreKeptForm):
    """What stands on the packing and the papers of one lot."""

    material = fields.material()
    supplier_lot = fields.LabelField("供方批号（可扫供方条码）", "Supplier's lot (scan his barcode)")
    quantity = fields.QuantityField("数量", "Quantity")
    pieces = fields.count("件数", "Pieces")
    model = fields.line("型号", "Model", 60)
    specification = fields.line("规格", "Specification", 80)
    made_on = fields.day("生产日期", "Made on")
    present = fields.several("包装或随货单据上有", "On the packing or papers", MarkingContent)
    certificate = fields.line("合格证号", "Certificate no.", 64)
    inspector = fields.line("检验员代号", "Inspector's code", 40)
    report = report()
    report_number = fields.line("报告号", "Report no.", 64)

    def clean_report(self) -> str:
        return self.cleaned_data["report"] or Report.NONE.value


@face(DELIVERY, "enter", receiving.enter)
class EnterForm(LotForm):
    hint = W(
        "照包装和单据勾选；缺一样就是拒收，系统会告诉采购。",
        "Tick what is there; if one thing lacks, the lot is refused and purchasing is told.",
    )
    files = Files()

    def prepare(self) -> None:
        fields.tell(self)


@face(INCOMING, "correct", receiving.correct)
class CorrectForm(LotForm):
    reason = fields.line("更正原因", "Why", 200, required=True)


@face(DELIVERY, "take_in", receiving.take_in_all)
class TakeInForm(StoreForm):
    place = fields.place("放到库位", "Put at")


@face(DELIVERY, "close", receiving.close)
class CloseForm(StoreForm):
    pass


@face(INCOMING, "accept", receiving.accept)
class AcceptForm(StoreForm):
    place = fields.place("放到库位", "Put at")


@face(INCOMING, "cancel", receiving.cancel)
class CancelForm(StoreForm):
    reason = fields.line("原因", "Reason", 200, required=True)


@face(INCOMING, "collect_history", ways.collect_history)
class HistoryForm(StoreForm):
    hint = W("写明怎样查清了这一批的来历，附上证据。", "Say how the lot's history was established, with the evidence.")
    text = fields.words("来历", "History")
    reference = fields.line("凭证号", "Paper", 80)
    present = fields.several("查清的标识内容", "Contents established", MarkingContent)
    supplier_lot = fields.LabelField("供方批号", "Supplier's lot")
    made_on = fields.day("生产日期", "Made on")
    files = Files()


@face(INCOMING, "supply", ways.supply)
class SupplyForm(StoreForm):
    present = fields.several("补来的标识", "Marking that came", MarkingContent)
    supplier_lot = fields.LabelField("供方批号", "Supplier's lot")
    made_on = fields.day("生产日期", "Made on")
    certificate = fields.line("合格证号", "Certificate no.", 64)
    inspector = fields.line("检验员代号", "Inspector's code", 40)
    report = report()
    report_number = fields.line("报告号", "Report no.", 64)
    text = fields.words("说明", "Remark", required=False)
    files = Files()


@face(INCOMING, "ask_sampling", ways.ask_sampling)
class AskSamplingForm(StoreForm):
    text = fields.words("为什么请加严抽样", "Why tightened sampling")


@face(INCOMING, "agree_sampling", ways.agree_sampling)
class AgreeSamplingForm(StoreForm):
    plan = fields.line(
        "抽样方案",
        "Sampling plan",
        200,
        required=True,
        help_text=W("如：加严一次 II，AQL 0.65", "e.g. tightened, single, level II, AQL 0.65"),
    )
    basis = basis()


@face(INCOMING, "decline_sampling", ways.decline_sampling)
class DeclineSamplingForm(StoreForm):
    reason = fields.line("理由", "Reason", 200, required=True)


@face(INCOMING, "use_nonconforming", ways.use_nonconforming)
class NonconformingForm(StoreForm):
    hint = W("质检科须处置；处置之前，这一项一直挂着。", "QC owes a disposition; until then the duty stands.")
    text = fields.words("不合格的情况", "What is wrong")


@face(INCOMING, "settle_nonconforming", ways.settle_nonconforming)
class SettleForm(StoreForm):
    taken = fields.YesNo(
        "处置",
        "Disposition",
        yes=W("收进（标识和报告不再要求）", "Take in all the same"),
        no=W("不收，退回供方", "Back to the supplier"),
    )
    basis = basis()


@face(INCOMING, "ask_urgent", ways.ask_urgent)
class UrgentForm(StoreForm):
    hint = W(
        "收进待检，并申请放行单：批准人由规则表指定；仓库补标识后才能领用；质检判定前一直是欠账。",
        "It comes in to be inspected, and a permit is asked: the approver is named by the policy, nothing goes out "
        "before the warehouse has re-marked it, and it stays a debt until QC has judged.",
    )
    reason = fields.line("为什么等不得", "Why it cannot wait", 300, required=True)
    basis = basis()
    place = fields.place("放到库位", "Put at")


@face(INCOMING, "mark", ways.mark)
class MarkForm(StoreForm):
    hint = W(
        "照进出存卡的内容写在料上，或贴上打印的标签。", "Write it on the material, or stick the printed label on it."
    )
    marked = fields.line("补上的标识", "What was marked", 300, required=True)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.initial.setdefault("marked", marking_of(self.case))


@face(INCOMING, "send_back", ways.send_back)
class SendBackForm(StoreForm):
    text = fields.words("为什么、怎样退的", "Why and how", 200)
    paper = fields.line("退货单号", "Return note", 40)


def marking_of(case: Any) -> str:
    """T-06: name, model, specification, quantity, date in, lot, and that it is an urgent release."""
    parts = [
        case.material.name,
        case.model,
        case.specification or case.material.specification,
        str(case.quantity),
        case.delivery.arrived_on.isoformat() if case.delivery.arrived_on else "",
        case.lot.code if case.lot else "",
        case.incoming_lot,
        "紧急放行 URGENT",
    ]
    return " · ".join(part for part in parts if part)[:300]
