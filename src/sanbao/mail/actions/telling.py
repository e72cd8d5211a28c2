"""What mail says on the timeline of its case, and what its owner owes because of it."""

from __future__ import annotations

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Audience, Complaint
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.mail import rules
from sanbao.mail.models import Letter, LetterKind, MailItem
from sanbao.mail.policies import POST

#: What the owner owes when the user has written, and when what we wrote did not arrive.
REPLY, FAILED = "mail.reply", "mail.failed"
#: So much of a mail stands on the timeline; the whole of it is one click away.
SHOWN = 3000


def owner_of(case: Complaint) -> str:
    if case.owner_id:
        return f"person:{case.owner_id}"
    return case.owner_department.code if case.owner_department else "after_sales"


def excerpt(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "\n……（全文见邮件 · the mail has the rest）"


def came(case: Complaint, mail: MailItem, by: Actor, *, words: bool = True) -> None:
    """One line for the mail; a machine's is folded away with the system's."""
    who = mail.sender_name or mail.sender or "?"
    heading = (
        W("自动邮件 · {who} · {title}", "Automatic mail · {who} · {title}")
        if mail.automatic
        else W("来信 · {who} · {title}", "Mail from {who} · {title}")
    )
    complaints.mail_in(
        case,
        by=by,
        heading=heading.format(who=who, title=mail.title or "—"),
        text=excerpt(rules.fresh(mail.text)) if words else "",
        key=f"mail.{mail.pk}.{mail.version}",
        audience=Audience.SYSTEM if mail.automatic else Audience.OUTWARD,
    )


def taken_out(case: Complaint, mail: MailItem, reason: str, by: Actor) -> None:
    complaints.mail_in(
        case,
        by=by,
        heading=W("邮件移出本件 · {title}", "A mail was taken out of the case · {title}", title=mail.title or "—"),
        text=reason,
        key=f"mail.{mail.pk}.{mail.version}.out",
        audience=Audience.INWARD,
    )
    obligations.discharge(subject=case.subject, code=REPLY, by=by, outcome=reason)


def owe_answer(case: Complaint, mail: MailItem, by: Actor) -> None:
    """The user has written and is not left in silence: the owner answers within the policy clock (U-09)."""
    if not in_force("U-09"):
        return
    within = POST.setting("reply_within", on=today())
    who = mail.sender_name or mail.sender
    obligations.owe(
        subject=case.subject,
        code=REPLY,
        sentence=W("{who} 来信，请回复", "{who} has written: answer", who=who),
        to=owner_of(case),
        by=by,
        clause="U-09",
        due=calendar().counting(within.working).due(now(), within),
    )


def clause_of(letter: Letter) -> str:
    return "C-11" if letter.kind == LetterKind.ANSWER else "U-09"


def undelivered(letter: Letter, why: W, by: Actor) -> None:
    """What we wrote did not reach the user: the case says so, also a closed one, and its owner owes another way."""
    said_on_the_case(letter, why, by)
    owe_another_way(letter, why, by)


def said_on_the_case(letter: Letter, why: W, by: Actor) -> None:
    if letter.case is not None:
        complaints.mail_in(
            letter.case,
            by=by,
            heading=W("{why} · {to}", "{why} · {to}", why=why, to=", ".join(letter.pending)),
            text=letter.trouble,
            key=f"letter.{letter.pk}.{letter.version}",
            audience=Audience.INWARD,
        )


def owe_another_way(letter: Letter, why: W, by: Actor) -> None:
    clause = clause_of(letter)
    if in_force(clause):
        said = W(
            "{why}：{title}，请重发或另行告知用户",
            "{why}: {title}. Send it again or tell the user in another way",
            why=why,
            title=letter.title,
        )
        obligations.owe(
            subject=letter.subject,
            code=FAILED,
            sentence=said,
            to=owner_of(letter.case) if letter.case else letter.written_by,
            by=by,
            clause=clause,
            due=now(),
        )
