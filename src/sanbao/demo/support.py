"""Support of the demonstration: a knowledge base that replies quote, usage questions, windows made for a user, and
claims for losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.core.files.base import ContentFile

from sanbao.catalog.models import DefectClass
from sanbao.claims import actions as claims
from sanbao.claims.models import Claim, Loss, Payment
from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.goods import actions as goods
from sanbao.goods.models import Label, LabelState
from sanbao.kernel import attachments, times
from sanbao.kernel.actor import Actor
from sanbao.knowledge import actions as knowledge
from sanbao.knowledge.models import Article, Reader, Topic
from sanbao.parties.models import Category, Customer
from sanbao.processing import actions as processing
from sanbao.processing import queries as making
from sanbao.processing.models import Way
from sanbao.processing.rules import Part
from sanbao.trace import queries as tracing
from sanbao.trace.models import Lot, LotKind, QualityStatus

Moment = Callable[[int, str], datetime]
#: topic, reader, title, text, title and text in English, fault class
ARTICLES: tuple[tuple[Topic, Reader, str, str, str, str, str], ...] = (
    (
        Topic.STORAGE, Reader.OUTSIDE, "型材怎样存放",
        "1. 放在室内干燥通风处，用木方垫高，离地 20 厘米以上；同一垛高不超过 1.2 米。\n"
        "2. 与水泥、石灰、酸、碱、化肥分开，不与钢材同架。\n"
        "3. 保护膜遇日晒会老化，出厂 6 个月内撕除；雨淋后先拆包晾干，防止夹水留印。",
        "How to store profiles",
        "1. Indoors, dry and aired, on timber at least 20 cm off the floor; stacks no higher than 1.2 m.\n"
        "2. Apart from cement, lime, acids, alkalis and fertiliser, and not on one rack with steel.\n"
        "3. Film ages in the sun: take it off within 6 months of delivery. Unpack and dry after rain, or it stains.",
        "Q3",
    ),
    (
        Topic.CLEANING, Reader.OUTSIDE, "喷涂表面怎样清洁",
        "用清水加中性清洗剂和软布，顺着型材方向擦，再用清水冲净。不用钢丝球、百洁布和汽油、香蕉水等溶剂。"
        "沾上水泥、石灰、胶，趁湿用清水冲掉，干了不要硬刮。一年至少清洁两次，沿海和工业区每季一次。",
        "How to clean coated surfaces",
        "Water with a neutral cleaner and a soft cloth, along the profile, then rinse. No steel wool, scouring pads, "
        "petrol or thinner. Rinse off cement, lime and glue while wet; never scrape when dry. Twice a year at least, "
        "every quarter near the sea or industry.",
        "Q3",
    ),
    (
        Topic.HANDLING, Reader.OUTSIDE, "搬运、吊装和运输",
        "两人抬、不拖不摔；吊装用软带，两点起吊，端头加护套。装车捆扎处垫胶皮，不同规格之间隔纸。"
        "到货当面点数、看包装，破损的当场拍照并让承运人签字，三日内告诉我们。",
        "Carrying, lifting and transport",
        "Two people carry; never drag or drop. Lift with soft slings at two points, ends capped. Rubber under "
        "the lashings, paper between sizes. Count and look at the packing on arrival; photograph "
        "damage, have the carrier sign, and tell us within three days.",
        "",
    ),
    (
        Topic.FITTING, Reader.OUTSIDE, "切割、组角和安装",
        "下料前核对型号和喷码，同一樘门窗用同一批料。锯片保持锋利，切口去毛刺、清铝屑。"
        "与钢件接触处加绝缘垫；打胶前撕去胶缝处的膜。安装完成前不撕外侧保护膜，完工后尽快撕净。",
        "Cutting, cornering and fitting",
        "Check model and spray code before cutting; use one lot for one window. Keep the blade sharp, deburr, remove "
        "swarf. Insulate contacts with steel; take off the film where sealant goes. Leave the outer film on until the "
        "work is done, then remove it soon.",
        "",
    ),
    (
        Topic.USE, Reader.INSIDE, "接到色差投诉先问什么",
        "问清：同一批还是两批；新旧料是否混装；看的角度和光线；是否清洁过。请用户同光同角度拍照并寄两段料，再判定。",
        "", "", "",
    ),
)  # fmt: skip


def play(actors: dict[str, Actor], moment: Moment) -> None:
    """``moment(days, hour)`` is so many working days ago."""
    with times.frozen(moment(20, "09:00")):
        articles = _articles(actors)
    _questions(actors, articles, moment)
    _windows(actors, moment)
    _claims(actors, moment)


def _articles(actors: dict[str, Actor]) -> list[Article]:
    found = []
    for topic, reader, title_zh, body_zh, title_en, body_en, fault in ARTICLES:
        article = knowledge.draft(
            by=actors["after-sales-1"],
            topic=topic,
            reader=reader,
            title_zh=title_zh,
            body_zh=body_zh,
            title_en=title_en,
            body_en=body_en,
            classes=list(DefectClass.objects.filter(code=fault)),
        )
        article = knowledge.submit(article, by=actors["after-sales-1"])
        approver = "technology-manager" if reader == Reader.INSIDE else "technical-vp"
        found.append(knowledge.approve(article, by=replace(actors[approver], fresh=True)))
    return found


def _questions(actors: dict[str, Actor], articles: list[Article], moment: Moment) -> None:
    clerk = actors["after-sales-1"]
    with times.frozen(moment(9, "10:20")):
        first = complaints.register_question(
            by=clerk,
            source="user",
            channel="phone",
            description="安装好的窗框溅上了水泥浆，怎样清洗才不伤涂层？",
            contact_name="林先生",
            contact_phone="000-55550127",
        )
        first = complaints.answer_question(first, by=clerk, text="您好，请按下面的办法清洗：", quotes=articles[1:2])
    with times.frozen(moment(8, "15:00")):
        first = complaints.record_view(first, by=clerk, view="照着洗干净了，谢谢", attitude="accepts")
        complaints.close(first, by=clerk, basis="SB-W W-09")
    with times.frozen(moment(1, "16:40")):
        complaints.register_question(
            by=clerk,
            source="user",
            channel="message",
            description="仓库只能放露天棚子，型材可以放多久？要不要拆膜？",
            contact_name="方工",
            contact_phone="000-55550144",
        )


def _windows(actors: dict[str, Actor], moment: Moment) -> None:
    """A user asks whether windows can be made of what lies in store for him: they are, of two labels."""
    clerk, keeper = actors["after-sales-1"], actors["storekeeper"]
    customer = Customer.objects.filter(state="in_use").exclude(category=Category.EXPORT).order_by("id").first()
    labels = _in_store(2)
    if customer is None or len(labels) < 2:
        raise RuntimeError("the ledgers leave no customer, or no two labels in store")
    with times.frozen(moment(6, "09:30")):
        question = complaints.register_question(
            by=clerk,
            source="user",
            channel="phone",
            description="样板房急用，能否用同批料代做推拉窗？",
            customer=customer,
        )
        order = processing.order(
            by=clerk,
            customer=customer,
            complaint=question,
            wanted="推拉窗 1500×1200 共 4 樘\n中空玻璃由用户自装，只做框、扇",
            reference="TZ-0611",
            due_on=moment(1, "12:00").date(),
        )
        complaints.answer_question(question, by=clerk, text="可以，已开深加工单，四樘一周内做好，到时电话通知。")
    with times.frozen(moment(5, "08:40")):
        for label in labels:
            order = processing.put_in(order, by=actors["production-manager"], code=label.code, weight=Decimal(48))
    with times.frozen(moment(3, "16:10")):
        parts = [Part(46_500, 2), Part(46_000, 2)]
        order = processing.finish(order, by=keeper, parts=parts, place="D01", scrap=Decimal("2.8"))
        for line in order.lines.filter(what=Way.OUT):
            goods.sign(Label.objects.get(lot=line.into_id), by=actors["inspector-2"])
        question = Complaint.objects.get(pk=question.pk)
        question = complaints.record_view(question, by=clerk, view="知道了，明天来提", attitude="accepts")
        complaints.close(question, by=clerk, basis="SB-W W-09")


def _in_store(count: int) -> list[Lot]:
    """The latest labels of which enough is left and that may be taken."""
    found = []
    for lot in Lot.objects.filter(kind=LotKind.LABEL, status=QualityStatus.PASSED).order_by("-id"):
        free = Label.objects.filter(lot=lot, state=LabelState.IN_FORCE).exists() or not Label.objects.filter(lot=lot)
        free = free and not tracing.marks([lot.pk]) and making.picked_for(lot) is None
        if free and (tracing.account(lot).left or 0) >= 60_000:
            found.append(lot)
        if len(found) == count:
            break
    return found


def _claims(actors: dict[str, Actor], moment: Moment) -> None:
    """A loss settled in part, and one that still waits for its approval; on cases whose answer is being talked over."""
    clerk, inspector = actors["after-sales-1"], actors["inspector-1"]
    cases = Complaint.objects.open().filter(quality_related=True, customer__isnull=False).exclude(grade="")
    cases = cases.exclude(category=Category.EXPORT)
    for number, case in enumerate(cases.order_by("received_at")[:2]):
        with times.frozen(moment(2, "11:00")):
            claim = _filed(case, clerk, Decimal("8600") if number else Decimal("3200"))
        with times.frozen(moment(1, "14:00")):
            accepted = claim.claimed if number else Decimal("2400")
            claim = claims.assess(
                claim,
                by=inspector,
                accepted=accepted,
                assessment="工时按当地定额核减，材料费不重复计" if not number else "损失属实",
                basis="检验结论、合同质量条款",
            )
        if not number:
            with times.frozen(moment(1, "16:30")):
                claim = claims.approve(claim, by=replace(actors["sales-manager"], fresh=True))
            with times.frozen(moment(1, "17:10")):
                claims.settle(
                    claim,
                    by=clerk,
                    payment=Payment.CREDIT,
                    settled_on=times.today(),
                    reference="DK-0031",
                )


def _filed(case: Complaint, clerk: Actor, amount: Decimal) -> Claim:
    sheet = ContentFile(f"返工工时单\n{case.number}\n合计 {amount} 元\n".encode(), name="返工工时单.txt")
    return claims.file(
        by=clerk,
        complaint=case,
        loss=Loss.REWORK,
        claimed=amount,
        currency="CNY",
        description="拆下返工、重新安装的工时和辅料",
        basis="合同质量条款",
        files=[attachments.store(sheet, by=clerk)],
    )
