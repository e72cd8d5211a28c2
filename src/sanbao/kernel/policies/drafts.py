"""How a policy changes: drafted, proved sound, rehearsed over past cases, approved by a second person (M-01, R-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.db import models

from sanbao.kernel import journal, memo, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest
from sanbao.kernel.decision_tables import Flaw, Row, shown
from sanbao.kernel.lifecycle import NEW, STAY, Lifecycle, Move, Subject, SubjectQuerySet
from sanbao.kernel.policies import text as toml
from sanbao.kernel.policies.base import MEMO, InForce, PastCase, Policy, PolicyVersion
from sanbao.kernel.policies.files import export
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import Vocabulary, W


class DraftState(Vocabulary):
    DRAFTING = "drafting", "起草中", "Drafting"
    SUBMITTED = "submitted", "待批准", "Awaiting approval"
    APPROVED = "approved", "已批准", "Approved"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


class DraftQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.may("policies.draft") or actor.may("policies.approve") else self.none()


class PolicyDraft(Subject):
    """A table on its way to become a version. ``effective_from`` empty means from the day of approval."""

    KIND: ClassVar[str] = "policy_draft"

    policy = models.CharField(max_length=40)
    text = models.TextField()
    effective_from = models.DateField(null=True)
    drafted_by = models.CharField(max_length=80)
    returned_because = models.CharField(max_length=300, default="")
    became = models.PositiveIntegerField(null=True)
    objects = DraftQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        db_table = "kernel_policy_draft"
        indexes = [models.Index(fields=["policy", "state"], name="policy_draft_open")]

    def __str__(self) -> str:
        return str(self.table.title)

    def get_absolute_url(self) -> str:
        return f"/policies/drafts/{self.pk}"

    @property
    def table(self) -> Policy:
        return Policy.registry[self.policy]

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        return self.table.flaws(self.text)

    @property
    def version_made(self) -> PolicyVersion:
        """The version that the draft became."""
        return PolicyVersion.objects.get(policy=self.policy, number=self.became or 0)

    @property
    def sheet(self) -> toml.Sheet:
        return toml.read(self.text, self.table.shape, self.policy)


_DRAFT: dict[str, Any] = {"permission": "policies.draft", "clause": "M-01"}
_APPROVE: dict[str, Any] = {"permission": "policies.approve", "clause": "R-11"}

POLICY_DRAFT: Lifecycle[PolicyDraft] = Lifecycle(
    "policy_draft",
    "kernel.PolicyDraft",
    title=W("规则表草稿", "Policy draft"),
    states=DraftState,
    tracked=("policy", "text", "effective_from", "became"),
    moves={
        "open": Move(NEW, DraftState.DRAFTING, title=W("起草", "Draft"), **_DRAFT),
        "revise": Move({DraftState.DRAFTING}, STAY, title=W("修改", "Revise"), **_DRAFT),
        "submit": Move({DraftState.DRAFTING}, DraftState.SUBMITTED, title=W("提交", "Submit"), **_DRAFT),
        "send_back": Move({DraftState.SUBMITTED}, DraftState.DRAFTING, title=W("退回", "Send back"), **_APPROVE),
        "approve": Move({DraftState.SUBMITTED}, DraftState.APPROVED, title=W("批准", "Approve"), **_APPROVE),
        "withdraw": Move(
            {DraftState.DRAFTING, DraftState.SUBMITTED}, DraftState.WITHDRAWN, title=W("撤回", "Withdraw"), **_DRAFT
        ),
    },
)


def open_draft(*, by: Actor, policy: str, text: str = "", effective_from: date | None = None) -> PolicyDraft:
    """Begin a draft, from the table in force or from a text (an exported file)."""
    table = Policy.registry.get(policy)
    if table is None:
        facts = {"policy": policy}
        raise Refusal(
            "policy.unknown", W("没有规则表 {policy}。", "There is no policy {policy}."), "M-01", 404, facts=facts
        )
    with POLICY_DRAFT.opening(by=by, policy=policy, drafted_by=by.ref, effective_from=effective_from) as step:
        step.case.text = canonical(table, text) if text else export(table)
    return step.case


def revise(
    draft: PolicyDraft | int,
    *,
    by: Actor,
    text: str,
    effective_from: date | None = None,
    expect: int | None = None,
) -> PolicyDraft:
    """Replace a draft's text. It may still be unsound, but must read as this table."""
    with POLICY_DRAFT.move("revise", draft, by=by, expect=expect) as step:
        step.case.text = canonical(step.case.table, text)
        step.case.effective_from = effective_from
    return step.case


def submit(draft: PolicyDraft | int, *, by: Actor, expect: int | None = None) -> PolicyDraft:
    """Hand a draft in for approval; refused with every flaw while the table is unsound."""
    with POLICY_DRAFT.move("submit", draft, by=by, expect=expect) as step:
        need_sound(step.case)
        if step.case.text == export(step.case.table):
            sentence = W(
                "与生效的版本相同，没有可提交的改动。", "It equals the version in force; there is nothing to submit."
            )
            refuse("policy.unchanged", sentence, clause="M-01", status=422, field="text")
        step.case.returned_because = ""
    return step.case


def send_back(draft: PolicyDraft | int, *, by: Actor, reason: str, expect: int | None = None) -> PolicyDraft:
    """Return a draft to its author, with the reason."""
    with POLICY_DRAFT.move("send_back", draft, by=by, expect=expect) as step:
        step.case.returned_because = reason.strip()[:300]
        step.record(reason=step.case.returned_because)
    return step.case


def withdraw(draft: PolicyDraft | int, *, by: Actor, expect: int | None = None) -> PolicyDraft:
    with POLICY_DRAFT.move("withdraw", draft, by=by, expect=expect) as step:
        pass
    return step.case


def approve(draft: PolicyDraft | int, *, by: Actor, expect: int | None = None) -> PolicyDraft:
    """Put a draft in force: signed by a second person, numbered, never changed again."""
    with POLICY_DRAFT.move("approve", draft, by=by, expect=expect) as step:
        case = step.case
        signatures.not_the_same(by, others=authors(case), code="policy.same_person", clause="R-11")
        need_sound(case)
        day = case.effective_from or today()
        if day < today():
            sentence = W(
                "生效日 {day} 已经过去，请退回改期。", "The effective day {day} is past; send it back for another."
            )
            refuse("policy.backdated", sentence, clause="M-01", status=409, day=day.isoformat())
        number = _next_number(case.policy)
        content = {"policy": case.policy, "number": number, "effective_from": day, "digest": digest(case.text)}
        version = PolicyVersion.objects.create(
            policy=case.policy,
            number=number,
            effective_from=day,
            text=case.text,
            digest=digest(case.text),
            drafted_by=case.drafted_by,
            approved_by=by.ref,
            approved_at=now(),
        )
        memo.forget(MEMO)
        signatures.sign(subject=version.subject, meaning="approve", content=content, by=by, clause="R-11")
        facts = {**content, "drafted_by": case.drafted_by, "draft": case.pk}
        journal.append(subject=version.subject, action="policy.approved", by=by, clause="M-01", facts=facts)
        case.effective_from, case.became = day, number
        step.record(number=number, digest=version.digest)
    return step.case


def authors(draft: PolicyDraft) -> list[str]:
    """Everyone who wrote or submitted the draft."""
    wrote = ("policy_draft.open", "policy_draft.revise", "policy_draft.submit")
    return sorted({draft.drafted_by, *(e.actor for e in journal.entries_of(draft.subject) if e.action in wrote)})


def need_sound(draft: PolicyDraft) -> None:
    """Refuse an unsound table with every gap, overlap and unreadable cell."""
    if flaws := draft.flaws:
        raise Refusal(
            "policy.unsound",
            W("规则表有 {count} 处不成立：{first}", "The table has {count} flaws: {first}"),
            "M-01",
            422,
            "text",
            {
                "count": len(flaws),
                "first": W(*flaws[0].said),
                "flaws": [
                    {
                        "code": flaw.code,
                        "rows": list(flaw.rows),
                        "column": flaw.column,
                        "example": dict(flaw.example),
                        "zh": flaw.said[0],
                        "en": flaw.said[1],
                    }
                    for flaw in flaws
                ],
            },
        )


def canonical(policy: Policy, text: str) -> str:
    """The text as it will be hashed; refuses one that does not read as this table."""
    try:
        sheet = toml.read(text, policy.shape, policy.code)
    except toml.Illegible as error:
        raise Refusal("policy.illegible", W(*error.said), "M-01", 422, "text") from error
    return policy.write(sheet.note, sheet.rows)


def of_rows(policy: Policy, note: str, rows: Sequence[Row]) -> str:
    """The text of rows that were typed into a grid."""
    width = len(policy.shape.columns)
    if any(len(row) != width for row in rows):
        sentence = W("每行应有 {width} 格。", "Every row has {width} cells.")
        raise Refusal("policy.illegible", sentence, "M-01", 422, "rows", {"width": width})
    return canonical(policy, policy.write(note, rows))


def _next_number(policy: str) -> int:
    versions = PolicyVersion.objects.filter(policy=policy).order_by("-number")
    # Two approvals at once: the second waits here for the first, and then counts it.
    versions.select_for_update().values_list("pk").first()
    return (versions.values_list("number", flat=True).first() or 0) + 1


@dataclass(frozen=True)
class Change:
    """A past case that the draft would have decided differently; ``after`` is empty where it could not decide."""

    ref: str
    on: date
    inputs: dict[str, str]
    before: dict[str, str]
    after: dict[str, str]
    row: int


@dataclass(frozen=True)
class Rehearsed:
    """What a draft would have changed."""

    cases: int
    first: date
    last: date
    changes: tuple[Change, ...]

    @property
    def sentence(self) -> W:
        return W(
            "{first} 至 {last} 的 {cases} 件中，有 {changed} 件结果会不同。",
            "Of the {cases} cases from {first} to {last}, {changed} would have come out differently.",
        ).format(first=self.first, last=self.last, cases=self.cases, changed=len(self.changes))


def rehearse(draft: PolicyDraft, *, first: date | None = None, last: date | None = None) -> Rehearsed | None:
    """Decide the past cases (of the last 365 days) again by the draft; None where the policy keeps no past cases."""
    need_sound(draft)
    policy = draft.table
    if policy.rehearsal is None:
        return None
    last = last or today()
    first = first or last - timedelta(days=365)
    version = InForce(policy, 0, "", policy.parse(draft.text))
    cases = list(policy.rehearsal(first, last))
    changes = [change for past in cases if (change := _change(version, past))]
    return Rehearsed(len(cases), first, last, tuple(changes))


def _change(version: InForce, past: PastCase) -> Change | None:
    try:
        decision = version.decide(**past.inputs)
        after, row = {name: shown(decision[name]) for name in past.answer}, decision.row
    except Refusal:
        after, row = {}, 0
    if after == dict(past.answer):
        return None
    inputs = {name: shown(value) for name, value in past.inputs.items()}
    return Change(past.ref, past.on, inputs, dict(past.answer), after, row)
