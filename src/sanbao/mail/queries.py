"""What is asked about mail: whose case it names, who wrote it, what was written to and fro."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.conf import settings
from django.db.models import Q, QuerySet

from sanbao.complaints.models import Complaint, LinkKind
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local, now
from sanbao.mail import rules
from sanbao.mail.accounts import accounts
from sanbao.mail.models import Letter, LetterState, MailItem, MailState, Posting
from sanbao.mail.reading import Read
from sanbao.parties.models import Contact, Customer, Dealer, Supplier

#: Letters whose words the user has, or will have in a moment.
STANDING = (LetterState.QUEUED, LetterState.ACCEPTED, LetterState.BOUNCED, LetterState.FAILED)


def own_addresses() -> set[str]:
    """Addresses from which the house itself writes or into whose mailboxes it looks."""
    sender = bare_address(settings.DEFAULT_FROM_EMAIL)
    return {sender, *(a.user.lower() for a in accounts() if "@" in a.user)} - {""}


def bare_address(sender: str) -> str:
    """The bare address of ``三包 <kf@example.com>``."""
    return sender.rpartition("<")[2].strip(" >").lower()


# -- threading -----------------------------------------------------------------------------------------


def case_named(read: Read) -> Complaint | None:
    """The case that a mail belongs to: by any Message-ID of it that we have kept, the nearest first, else by our token.

    A number without our signature names nothing, so nobody writes himself into a stranger's case.
    """
    keys = [rules.key_of(message_id) for message_id in read.named]
    known: dict[str, int] = {}
    for model in (MailItem, Letter):
        known |= dict(
            model.objects.filter(message_key__in=keys).exclude(case=None).values_list("message_key", "case_id")
        )
    near = next((known[key] for key in keys if key in known), None)
    if near is not None:
        return leading(Complaint.objects.get(pk=near))
    for number in rules.numbers_named(read.subject, [*read.to, *read.cc], settings.SECRET_KEY):
        if case := Complaint.objects.filter(number=number).first():
            return leading(case)
    return None


def leading(case: Complaint) -> Complaint:
    """The case that goes on: of one entered twice the one that it repeats, of a merged one the one that leads."""
    seen = {case.pk}
    while (onward := case.merged_into or _repeated(case)) is not None and onward.pk not in seen:
        seen.add(onward.pk)
        case = onward
    return case


def _repeated(case: Complaint) -> Complaint | None:
    link = case.links.filter(kind=LinkKind.DUPLICATE).select_related("target").last()
    return link.target if link else None


def letter_reported(read: Read, raw: bytes) -> Letter | None:
    """The letter of ours that a delivery report is about, wherever in it our Message-ID stands."""
    places = chain([raw, read.text.encode()], (file.content for file in read.files))
    found = [m.decode() for place in places for m in rules.OUR_ID_BYTES.findall(place)]
    return Letter.objects.filter(message_key__in=[rules.key_of(one) for one in found]).order_by("-id").first()


# -- who wrote it --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What the house knows of an address: who it is, and the cases of his that stand open."""

    customers: list[Customer] = field(default_factory=list)
    others: list[Dealer | Supplier] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    cases: list[Complaint] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.customers or self.others or self.contacts or self.cases)


def known(address: str, *, by: Actor) -> Known:
    """Who writes from an address: customers, dealers, suppliers, their people; and open cases that name it."""
    if not address:
        return Known()
    contacts = list(
        Contact.objects.visible_to(by)
        .filter(email__iexact=address)
        .select_related(*Contact.OWNERS, "site__customer")[:20]
    )
    owners = [contact.site.customer if contact.site else contact.owner for contact in contacts]
    direct = Customer.objects.visible_to(by).filter(email__iexact=address)[:20]
    customers = list({c.pk: c for c in (*direct, *owners) if isinstance(c, Customer)}.values())
    others = list({(type(o), o.pk): o for o in owners if isinstance(o, Dealer | Supplier)}.values())
    theirs = Q(contact_email__iexact=address) | Q(customer__in=[c.pk for c in customers])
    cases = Complaint.objects.visible_to(by).open().filter(theirs).select_related("customer")
    return Known(customers, others, contacts, list(cases.order_by("-received_at")[:8]))


# -- what was written ----------------------------------------------------------------------------------


def mails_of(case: Complaint) -> QuerySet[MailItem]:
    return MailItem.objects.filter(case=case).order_by("received_at", "id")


def letters_of(case: Complaint) -> QuerySet[Letter]:
    return Letter.objects.filter(case=case).order_by("created_at", "id")


@dataclass(frozen=True)
class Said:
    """One mail of a conversation, without what it quotes."""

    at: datetime
    who: str
    text: str


def conversation(
    case: Complaint | None, mail: MailItem | None, *, with_whom: Collection[str], most: int = 3
) -> list[Said]:
    """What was last written to and fro with these addresses, the latest first.

    Nobody is sent what somebody else wrote, and inner notes are none of it (convention 15).
    """
    near = {address.lower() for address in with_whom}
    mails = list(mails_of(case).filter(bounce=False)) if case else []
    mails += [mail] if mail is not None and mail.pk not in {m.pk for m in mails} else []
    written = letters_of(case).filter(state__in=STANDING) if case else Letter.objects.none()
    lines = [
        Said(m.sent_at or m.received_at, m.sender_name or m.sender, rules.fresh(m.text))
        for m in mails
        if {m.sender, m.reply_to} & near
    ]
    ours = bare_address(settings.DEFAULT_FROM_EMAIL)
    lines += [Said(one.created_at, ours, one.text) for one in written if {a.lower() for a in (*one.to, *one.cc)} & near]
    return sorted(lines, key=lambda said: said.at, reverse=True)[:most]


def last_mail_of(case: Complaint) -> MailItem | None:
    """The last mail of a person in a case: what an answer answers."""
    return mails_of(case).filter(bounce=False, automatic="").last()


def sent_today(addresses: Sequence[str]) -> dict[str, int]:
    """How many letters each address was sent, or is about to be, on this day of the factory."""
    midnight = local(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = dict.fromkeys(addresses, 0)
    for address in Posting.objects.filter(address__in=addresses, at__gte=midnight).values_list("address", flat=True):
        counts[address] += 1
    for pending in Letter.objects.filter(state=LetterState.QUEUED).values_list("pending", flat=True):
        for address in set(pending) & counts.keys():
            counts[address] += 1
    return counts


def waiting(actor: Actor) -> int:
    """For the rail: mail that nobody has filed yet."""
    return MailItem.objects.filter(state=MailState.UNMATCHED).count() if actor.may("mail.sort") else 0
