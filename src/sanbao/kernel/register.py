"""The register of controlled documents: procedures, forms and policies with number, version, date, approver (M-01).

A procedure's text stands in ``docs/procedures``; which version of it is in force from when is data, the policy
``procedures``, and so approved by a second person like every policy. Forms have a register of the same kind
(``documents.py``). A policy is a controlled document by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sanbao.kernel import documents
from sanbao.kernel.policies import PROCEDURES, Policy, PolicyVersion
from sanbao.kernel.procedures import procedures
from sanbao.kernel.times import today
from sanbao.kernel.words import Vocabulary, W


class DocumentKind(Vocabulary):
    PROCEDURE = "procedure", "程序", "Procedure"
    FORM = "form", "表单", "Form"
    POLICY = "policy", "规则表", "Policy"


@dataclass(frozen=True)
class Controlled:
    """One line of the register. ``key`` finds it in the house: a procedure's number, a form's or policy's code.

    ``text_version`` is what the text itself says where that differs from the version registered; otherwise empty.
    """

    kind: DocumentKind
    key: str
    number: str
    title: W
    version: str
    effective: date
    approved_by: str
    text_version: str = ""

    def in_force(self, on: date | None = None) -> bool:
        return self.effective <= (on or today())


def register(on: date | None = None) -> list[Controlled]:
    """Every procedure, form and policy as registered on a day, those not in force yet included."""
    day = on or today()
    return [*_procedures(day), *_forms(day), *_policies(day)]


def procedure(number: str, on: date) -> Controlled | None:
    """The procedure as it was in force on a day, e.g. of a case's registration; None when it was not yet."""
    return next((line for line in _procedures(on) if line.number == number and line.in_force(on)), None)


def _procedures(day: date) -> list[Controlled]:
    table = PROCEDURES.on(day)
    approver = PolicyVersion.objects.values_list("approved_by", flat=True).get(
        policy=PROCEDURES.code, number=table.version
    )
    registered = {row[0].strip(): answer for row, answer in table.table.hits()}
    return [
        Controlled(
            kind=DocumentKind.PROCEDURE,
            key=book.number,
            number=book.number,
            title=book.title,
            version=str(line["version"]),
            effective=date.fromisoformat(str(line["effective"])),
            approved_by=approver,
            text_version=book.version if book.version != line["version"] else "",
        )
        for book in procedures()
        if (line := registered.get(book.number))
    ]


def _forms(day: date) -> list[Controlled]:
    return [
        Controlled(DocumentKind.FORM, f.code, f.number, f.title, f.version, f.effective, f.approved_by)
        for f in documents.register(day)
    ]


def _policies(day: date) -> list[Controlled]:
    """The newest version of each policy in force on the day: one query."""
    rows = PolicyVersion.objects.filter(policy__in=Policy.registry, effective_from__lte=day)
    newest = {row.policy: row for row in rows.defer("text").order_by("effective_from", "number")}
    return [
        Controlled(
            kind=DocumentKind.POLICY,
            key=code,
            number=code,
            title=Policy.registry[code].title,
            version=str(row.number),
            effective=row.effective_from,
            approved_by=row.approved_by,
        )
        for code, row in sorted(newest.items())
    ]
