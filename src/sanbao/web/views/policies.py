"""Policies: what is in force, how it came about, and the way of a draft to a version (M-01, R-11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanbao.kernel import times
from sanbao.kernel.codes import whole
from sanbao.kernel.policies import Policy, PolicyVersion, drafts
from sanbao.kernel.policies import text as toml
from sanbao.kernel.policies.drafts import POLICY_DRAFT, DraftState, PolicyDraft
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import answers, lists, moves, policy_tables

SEE = "policies.see"
OPEN = (DraftState.DRAFTING, DraftState.SUBMITTED)
#: The buttons of a draft, the way forward first; the grid itself is the revision.
BUTTONS = ("submit", "approve", "send_back", "withdraw")
#: More rows than a person types; a larger table comes as a file.
LONGEST = 500


def known(code: str) -> Policy:
    policy = Policy.registry.get(code)
    if policy is None:
        raise Refusal(
            "policy.unknown",
            W("没有规则表 {policy}。", "There is no policy {policy}."),
            "M-01",
            404,
            facts={"policy": code},
        )
    return policy


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every policy with the version in force today and its open drafts."""
    request.actor.need(SEE, clause="M-01")  # type: ignore[attr-defined]
    in_force: dict[str, PolicyVersion] = {}
    for version in PolicyVersion.objects.filter(effective_from__lte=times.today()).order_by("effective_from", "number"):
        in_force[version.policy] = version
    visible = PolicyDraft.objects.visible_to(request.actor).filter(state__in=OPEN).order_by("-pk")  # type: ignore[attr-defined]
    waiting = [draft for draft in visible if draft.state == DraftState.SUBMITTED]
    rows = [
        (policy, in_force.get(code), [draft for draft in visible if draft.policy == code])
        for code, policy in sorted(Policy.registry.items())
    ]
    return render(request, "web/policies/index.html", {"rows": rows, "waiting": waiting})


@require_safe
def policy(request: HttpRequest, code: str) -> HttpResponse:
    """One policy: the version in force or an older one, as a table in words."""
    request.actor.need(SEE, clause="M-01")  # type: ignore[attr-defined]
    table = known(code)
    versions = list(PolicyVersion.objects.filter(policy=code).order_by("-number"))
    asked = request.GET.get("version", "")
    now = table.on(times.today()).version
    shown = next((v for v in versions if str(v.number) == asked), None) or next(v for v in versions if v.number == now)
    sheet = toml.read(shown.text, table.shape, code)
    shape, rows = policy_tables.spoken(table.shape, sheet.rows)
    facts = {
        "policy": table,
        "versions": versions,
        "shown": shown,
        "in_force": now,
        "note": sheet.note,
        "heads": policy_tables.heads(shape),
        "lines": policy_tables.lines(shape, rows),
        "drafts": PolicyDraft.objects.visible_to(request.actor).filter(policy=code, state__in=OPEN),  # type: ignore[attr-defined]
        "may_draft": request.actor.may("policies.draft"),  # type: ignore[attr-defined]
    }
    return render(request, "web/policies/policy.html", facts)


@require_safe
def export(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version as TOML, byte for byte as it was approved."""
    request.actor.need(SEE, clause="M-01")  # type: ignore[attr-defined]
    known(code)
    version = PolicyVersion.objects.filter(policy=code, number=number).first()
    if version is None:
        raise Refusal(
            "policy.unknown",
            W("没有第 {number} 版。", "There is no version {number}."),
            "M-01",
            404,
            facts={"number": number},
        )
    name = f"{code}-v{number}.toml"
    return HttpResponse(
        version.text,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """A draft from the version in force."""
    draft = drafts.open_draft(policy=known(code).code, by=request.actor)  # type: ignore[attr-defined]
    return answers.done(request, draft.get_absolute_url())


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid of a draft with its flaws, what it changes, and its rehearsal; POST saves the grid."""
    case: PolicyDraft = moves.find(POLICY_DRAFT, pk, request.actor)  # type: ignore[attr-defined,assignment]
    if request.method == "POST":
        answers.page(request, "web/policies/draft.html", shown(request, case, typed(request, case)))
        text = drafts.of_rows(case.table, request.POST.get("note", ""), typed(request, case))
        drafts.revise(
            case,
            text=text,
            effective_from=lists.as_day(request.POST.get("effective_from", "")),
            by=request.actor,  # type: ignore[attr-defined]
            expect=whole(request.POST.get("version", "")),
        )
        return answers.done(request, case.get_absolute_url(), W("草稿已保存。", "The draft is saved."))
    return render(request, "web/policies/draft.html", shown(request, case, case.sheet.rows))


def typed(request: HttpRequest, case: PolicyDraft) -> list[tuple[str, ...]]:
    """The rows of the grid; a row without any text is a row taken out."""
    names = case.table.shape.columns
    columns = [request.POST.getlist(f"cell-{name}")[:LONGEST] for name in names]
    rows = [tuple(cell.strip() for cell in row) for row in zip(*columns, strict=False)]
    return [row for row in rows if any(row)]


def shown(request: HttpRequest, case: PolicyDraft, rows: Any) -> dict[str, Any]:
    table, actor = case.table, request.actor  # type: ignore[attr-defined]
    shape, sheet = table.shape, case.sheet
    before = toml.read(drafts.export(table), shape, table.code).rows
    flaws = case.flaws
    rehearsed = drafts.rehearse(case) if "rehearse" in request.GET and not flaws else None
    return {
        "case": case,
        "policy": table,
        "note": request.POST.get("note", sheet.note),
        "heads": policy_tables.heads(shape),
        "lines": policy_tables.lines(shape, rows, flaws if tuple(rows) == sheet.rows else (), before),
        "blank": [""] * len(shape.columns),
        "gone": policy_tables.gone(shape, before, rows),
        "gaps": policy_tables.gaps(flaws),
        "flaws": flaws,
        "editable": case.state == DraftState.DRAFTING and actor.may("policies.draft"),
        "offers": sorted(
            (offer for offer in POLICY_DRAFT.offered(case, actor) if offer.name in BUTTONS),
            key=lambda offer: BUTTONS.index(offer.name),
        ),
        "state": DraftState.title_of(case.state),
        "can_rehearse": table.rehearsal is not None and not flaws,
        "rehearsed": rehearsed,
    }
