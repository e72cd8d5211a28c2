"""What is asked about labels. Constant numbers of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sanbao.goods.models import Label, LabelPrint, LabelState, PrintedLabel
from sanbao.goods.policies import LABEL_SIZES
from sanbao.goods.rules import code_in, path_of, token_of
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, LotKind, LotLink, QualityStatus

#: So many travellers are proposed beside the packing form; any other is typed or scanned.
PROPOSED = 15


def listed(actor: Actor) -> QuerySet[Label]:
    """Labels as the list shows them, with how often each was printed."""
    return Label.objects.visible_to(actor).select_related("product", "lot").annotate(prints=Count("printed"))


def by_code(words: str) -> Q:
    """Labels of this code, spray code or public code, or of an address that a scanner read from a QR."""
    code = code_in(words)
    token = token_of(code)
    found = trace.find(code, actor=Actor.clockwork("goods"))
    return Q(lot__in=[lot.pk for lot in found]) | (Q(token=token) if token else Q(pk__in=[]))


def label_lots(codes: Iterable[str], *, actor: Actor) -> tuple[list[Lot], str]:
    """The label lots that these numbers name, in their order, and the first number that names none, or several.

    Own numbers are looked up together, what is left (a spray code, a scanned QR) one by one.
    """
    keys = {code: code_key(code)[:64] for code in codes}
    own = Lot.objects.visible_to(actor).filter(kind=LotKind.LABEL, key__in=trace.among(sorted(set(keys.values()))))
    known = {lot.key: lot for lot in own.select_related("product")}
    found: dict[int, Lot] = {}
    for code, key in keys.items():
        lot = known.get(key)
        if lot is None:
            lots = [lot for lot in trace.find(code_in(code), actor=actor) if lot.kind == LotKind.LABEL]
            if len(lots) != 1:
                return [], code
            [lot] = lots
        found[lot.pk] = lot
    return list(found.values()), ""


def with_token(token: str) -> Label | None:
    """The label behind a public code; nothing for what is none. One query."""
    return Label.objects.select_related("product", "lot").filter(token=token).first() if token else None


def address_of(label: Label) -> str:
    """Where the label's QR leads: fixed from its first print on."""
    return settings.PUBLIC_URL + path_of(label.token, label.gtin)


def public_host_is_local() -> bool:
    """Whether a code that is printed now would lead to this machine alone."""
    return (urlsplit(settings.PUBLIC_URL).hostname or "") in ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Kin:
    """Where a label came from and where it went, by relabelling."""

    before: list[Label]
    after: list[Label]


def kin(label: Label) -> Kin:
    before = Label.objects.filter(ended_by=label.born_of_id) if label.born_of_id else Label.objects.none()
    after = Label.objects.filter(born_of=label.ended_by_id) if label.ended_by_id else Label.objects.none()
    return Kin(list(before.order_by("id")), list(after.order_by("id")))


def prints_of(label: Label) -> list[PrintedLabel]:
    """Every time it was printed, newest first."""
    return list(label.printed.select_related("run").order_by("-id"))  # type: ignore[attr-defined]


def labels_in(run: LabelPrint) -> QuerySet[Label]:
    """The labels of a print in the order of printing."""
    return (
        Label.objects.filter(printed__run=run)
        .select_related("product", "lot")
        .annotate(prints=Count("printed"))
        .order_by("printed__id")
    )


def without_label(actor: Actor) -> QuerySet[Lot]:
    """Label lots that came by import and have no public code yet."""
    known = Label.objects.filter(lot=OuterRef("pk"))
    return (
        Lot.objects.visible_to(actor)
        .filter(~Exists(known), kind=LotKind.LABEL, quantity_milli__isnull=False)
        .select_related("product")
    )


def packable() -> list[Lot]:
    """Passed travellers of which nothing is packed yet, newest first; so many as are proposed."""
    used = LotLink.objects.filter(src=OuterRef("pk"))
    found = Lot.objects.filter(~Exists(used), kind=LotKind.TRAVELLER, status=QualityStatus.PASSED)
    return list(found.select_related("product").order_by("-id")[:PROPOSED])


def sizes() -> list[tuple[str, W]]:
    """The sizes that may be printed today, in the order of the policy."""
    rows = LABEL_SIZES.on(today()).table.hits()
    return [(row[0], W(str(answer["title_zh"]), str(answer["title_en"]))) for row, answer in rows]


def size_title(size: str) -> W | str:
    return dict(sizes()).get(size, size)


def waiting(actor: Actor) -> int:
    """For the rail: what QC signs and re-inspects, what the store replaces."""
    mine = Q(pk__in=[])
    if actor.may("goods.sign"):
        mine |= Q(state__in=[LabelState.PACKED, LabelState.REPORTED])
    if actor.may("goods.relabel"):
        mine |= Q(state=LabelState.REINSPECTED)
    return Label.objects.visible_to(actor).filter(mine).count()


def not_in_force(lots: Iterable[int]) -> Label | None:
    """The first of these lots whose label does not let it pass."""
    return (
        Label.objects.filter(lot__in=trace.among(list(lots)))
        .exclude(state=LabelState.IN_FORCE)
        .order_by("lot_id")
        .first()
    )
