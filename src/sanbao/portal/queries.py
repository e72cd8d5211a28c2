"""What a user may know: his label's product, warranty, outlet, notices; where his report stands. Nothing of the trace,
no quantities, no other customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sanbao.catalog import queries as catalog
from sanbao.catalog.models import Product
from sanbao.complaints.models import Complaint, Promise, PromiseKind, State
from sanbao.goods import queries as goods
from sanbao.goods.models import Label, LabelState
from sanbao.goods.rules import token_of
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import local, now, today
from sanbao.kernel.words import Vocabulary, W
from sanbao.parties import queries as parties
from sanbao.parties.models import Customer, Dealer
from sanbao.portal import lookups
from sanbao.portal.policies import CARE, OTHER, PORTAL
from sanbao.portal.rules import line_key, opens
from sanbao.trace import concerns
from sanbao.trace import queries as trace
from sanbao.trace.concerns import PublicNotice
from sanbao.trace.models import Shipment


class Standing(Vocabulary):
    """What the house says of a code that somebody scanned."""

    GENUINE = "genuine", "本厂标签", "Genuine label"
    CHECKING = "checking", "正在核实", "Being checked"
    VOID = "void", "标签已作废", "Void label"
    UNKNOWN = "unknown", "未查到", "Not found"


@dataclass(frozen=True)
class Contact:
    """Whom to turn to: the house's hotline, and the outlet that serves the place the goods went to."""

    hotline: str
    hours: W
    outlet: Dealer | None = None

    @property
    def dial(self) -> str:
        return "".join(char for char in self.hotline if char.isdigit() or char == "+")


@dataclass(frozen=True)
class Shown:
    """Everything on the page behind a label."""

    token: str
    standing: Standing
    label: Label | None
    contact: Contact
    warranty: catalog.Warranty | None = None
    notices: list[PublicNotice] = field(default_factory=list)
    looked: int = 0
    odd: bool = False

    @property
    def product(self) -> Product | None:
        return self.label.product if self.label else None


def found(code: str, *, gtin: str = "", lot: str = "") -> tuple[str, Label | None]:
    """The code as it is written, and its label: one query, whatever it is. An address that was put together from the
    parts of two labels is nobody's."""
    token = token_of(code)
    label = goods.with_token(token)
    if label is None or (gtin and gtin.zfill(14) != label.gtin.zfill(14)) or (gtin and not label.gtin):
        return token, None
    if lot and code_key(lot) not in (code_key(label.code), code_key(label.spray_code)):
        return token, None
    return token, label


def standing_of(label: Label | None) -> Standing:
    if label is None:
        return Standing.UNKNOWN
    if not in_force("T-15") or label.state in (LabelState.PACKED, LabelState.IN_FORCE):
        return Standing.GENUINE
    return Standing.VOID if label.dead else Standing.CHECKING


def page(token: str, label: Label | None) -> Shown:
    """A void code answers with as many queries as one that nobody knows, so that neither takes longer."""
    standing = standing_of(label)
    if label is None or standing != Standing.GENUINE:
        return Shown(token, standing, None, contact())
    delivered, customer = delivery_of(label)
    in_a_day, in_all = lookups.counted(label.pk)
    rule = PORTAL.decide(on=today())
    return Shown(
        token,
        standing,
        label,
        contact(customer),
        warranty=warranty_of(label.product, delivered),
        notices=concerns.announced(label.lot_id) if in_force("T-15") else [],
        looked=in_all,
        odd=in_a_day >= rule["odd_a_day"] or in_all >= rule["odd_in_all"],
    )


def delivery_of(label: Label) -> tuple[date | None, Customer | None]:
    """When the goods were delivered and to whom; nothing while they stand in the store, or came back to it."""
    book = trace.account(label.lot)
    if book.shipped <= book.returned:
        return None, None
    sent = Shipment.standing.filter(lot=label.lot_id).select_related("customer").order_by("-id").first()
    return (sent.shipped_on, sent.customer) if sent else (None, None)


def contact(customer: Customer | None = None) -> Contact:
    rule = PORTAL.decide(on=today())
    hours = W(rule["hours_zh"] or "", rule["hours_en"] or rule["hours_zh"] or "")
    return Contact(rule["hotline"] or "", hours, parties.outlet_for(customer) if customer else None)


def warranty_of(product: Product | None, delivered: date | None) -> catalog.Warranty | None:
    """The term that held on the day of delivery, or holds today; nothing where the factory has laid down none."""
    term = catalog.warranty_of(product, delivered) if product else None
    return catalog.in_words(term, delivered) if term else None


def care_of(product: Product | None) -> dict[str, W]:
    """How this product is stored and used: by its line, else by its surface, else what holds for all."""
    table = CARE.on(today()).table
    rows = {name.strip(): answer for row, answer in table.hits() for name in row[0].split("|")}
    lines = [line_key(line) for line in (product.line, product.surface) if line] if product else []
    answer = next((rows[line] for line in [*lines, OTHER] if line in rows), None)
    if answer is None:
        return {}
    return {part: W(str(answer[f"{part}_zh"]), str(answer[f"{part}_en"])) for part in ("storage", "use")}


# -- where a report stands -------------------------------------------------------------------------------------

#: State → how far it is, and what comes next: in the user's words, without names and inner notes.
STAGES: dict[str, tuple[W, W]] = {
    State.REGISTERED: (W("已受理，正在核实", "Registered; being looked into"),
                       W("核实情况后与您联系", "We look into it and come back to you")),
    State.EXPLAINED: (W("已向您说明", "Explained to you"),
                      W("听取您是否满意", "We ask whether you are satisfied")),
    State.FED_BACK: (W("已转生产和技术研究", "With production and technology"),
                     W("查明原因", "The cause is found")),
    State.SAMPLING: (W("等待样品", "Waiting for a sample"), W("取样送检", "A sample is taken and inspected")),
    State.INSPECTING: (W("样品检验中", "The sample is being inspected"), W("出检验结论", "The result follows")),
    State.INSPECTED: (W("检验完成", "Inspected"), W("研究处理办法", "How to deal with it is decided")),
    State.GRADED: (W("正在研究处理办法", "How to deal with it is being decided"),
                   W("定出处理办法", "The decision follows")),
    State.DECIDED: (W("处理办法已定，正在办理", "Decided; being done"), W("答复您", "We answer you")),
    State.ANSWERED: (W("已答复您", "Answered"), W("听取您的意见", "We hear what you think of it")),
    State.HEARD: (W("已听取您的意见", "Your view is heard"), W("回访您是否满意", "We ask whether you are satisfied")),
    State.CLOSED: (W("已办结", "Closed"), W("", "")),
    State.CANCELLED: (W("已撤销", "Withdrawn"), W("", "")),
    State.DUPLICATE: (W("已并入您的另一件办理", "Dealt with in another case of yours"), W("", "")),
}  # fmt: skip


@dataclass(frozen=True)
class Tracked:
    """Where a report stands, for the one who made it."""

    number: str
    received: date
    stage: W
    following: W
    due: date | None
    late: bool
    promised: list[tuple[W, date]]


def track(number: str, secret: str) -> Tracked | None:
    """The case of this number, if the receipt's code or the telephone's last four digits are right; nothing says which
    of the two was wrong."""
    case = Complaint.objects.filter(number=code_key(number)[:24]).first()
    salt, phone = (case.salt, case.contact_phone) if case else ("", "")
    if not opens(secret, salt=salt, phone=phone) or case is None:
        return None
    stage, following = STAGES[case.state]
    due = None if case.ended or case.next_due is None else case.next_due
    promises = Promise.objects.filter(complaint=case, kept_at=None).order_by("due_at") if not case.ended else []
    return Tracked(
        case.number,
        local(case.received_at).date(),
        stage,
        following,
        local(due).date() if due else None,
        due is not None and due < now(),
        [(PromiseKind(one.kind).title, local(one.due_at).date()) for one in promises],
    )
