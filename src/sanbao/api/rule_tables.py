"""The policies and the way of a draft to a version, as the pages under ``/policies/`` show and do it (M-01, R-11)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel.actor import Actor
from sanbao.kernel.policies import POLICY_DRAFT, Policy, PolicyDraft, PolicyVersion, drafts
from sanbao.kernel.times import today
from sanbao.web import policy_forms

__all__ = ["policy_forms", "routers"]  # the forms bind themselves to the moves of a draft when they are read

SEE = "policies.see"
policies = Router(tags=["policies"])


def version_out(row: PolicyVersion) -> dict[str, Any]:
    """A version; ``text`` is the TOML byte for byte as it was approved, ``digest`` its SHA-256."""
    names = ("number", "effective_from", "digest", "drafted_by", "approved_by", "approved_at", "text")
    return {"policy": row.policy, **{name: getattr(row, name) for name in names}}


def policy_out(policy: Policy) -> dict[str, Any]:
    shape = policy.shape
    return {
        "code": policy.code,
        "title": str(policy.title),
        "in_force": policy.on(today()).version,
        "inputs": [{"name": field.name, "title": str(field.title)} for field in shape.inputs],
        "outputs": [{"name": field.name, "title": str(field.title)} for field in shape.outputs],
    }


def known(code: str) -> Policy:
    if code not in Policy.registry:
        raise Http404
    return Policy.registry[code]


@policies.get("", response=list[dict[str, Any]], operation_id="policy_list", summary="规则表 · Policies")
def index(request: HttpRequest) -> Any:
    """Every table with its columns and the number of the version in force today."""
    actor_of(request).need(SEE, clause="M-01")
    return [policy_out(policy) for _, policy in sorted(Policy.registry.items())]


@policies.get("/{code}", response=dict[str, Any], operation_id="policy_get", summary="规则表 · One policy")
def one(request: HttpRequest, code: str) -> Any:
    """The table, and the text of the version in force."""
    actor_of(request).need(SEE, clause="M-01")
    told = policy_out(known(code))
    return told | {"version": version_out(PolicyVersion.objects.get(policy=code, number=told["in_force"]))}


@policies.get("/{code}/versions", response=dict[str, Any], operation_id="policy_versions", summary="版本 · Versions")
def versions(request: HttpRequest, code: str) -> Any:
    """Every version, the newest first."""
    actor_of(request).need(SEE, clause="M-01")
    return paged(request, PolicyVersion.objects.filter(policy=known(code).code).order_by("-number"), version_out)


def draft_out(draft: PolicyDraft, by: Actor) -> dict[str, Any]:
    """A draft, what is still wrong with it, and what the actor could do with it now or why not."""
    names = ("policy", "state", "version", "text", "effective_from", "drafted_by", "returned_because", "became")
    return {
        "id": draft.pk,
        "subject": draft.subject,
        **{name: getattr(draft, name) for name in names},
        "flaws": [{"code": f.code, "rows": list(f.rows), "zh": f.said[0], "en": f.said[1]} for f in draft.flaws],
        "moves": {o.name: str(o.refusal) if o.refusal else None for o in POLICY_DRAFT.offered(draft, by)},
    }


draft_router: Router = moves(POLICY_DRAFT, shown=draft_out, tag="policies", opening="open")


@draft_router.get("", response=dict[str, Any], operation_id="policy_draft_list", summary="草稿 · Drafts, newest first")
def draft_list(
    request: HttpRequest, policy: str = "", state: str = Query("", description="drafting, submitted …")
) -> Any:
    by = actor_of(request)
    wanted = {"policy": policy, "state": state}
    rows = PolicyDraft.objects.visible_to(by).filter(**{k: v for k, v in wanted.items() if v}).order_by("-pk")
    return paged(request, rows, lambda row: draft_out(row, by))


@draft_router.get("/{int:pk}", response=dict[str, Any], operation_id="policy_draft_get", summary="草稿 · One draft")
def draft_get(request: HttpRequest, pk: int) -> Any:
    by = actor_of(request)
    return draft_out(found(POLICY_DRAFT, pk, by), by)


@draft_router.get(
    "/{int:pk}/rehearsal", response=dict[str, Any], operation_id="policy_draft_rehearsal", summary="试算 · Rehearsal"
)
def rehearsal(request: HttpRequest, pk: int) -> Any:
    """What the draft would have decided otherwise over the last 365 days; empty where the policy keeps no cases."""
    done = drafts.rehearse(found(POLICY_DRAFT, pk, actor_of(request)))
    if done is None:
        return {}
    changes = [
        {"ref": c.ref, "on": c.on, "inputs": c.inputs, "before": c.before, "after": c.after, "row": c.row}
        for c in done.changes
    ]
    return {"cases": done.cases, "first": done.first, "last": done.last, "changes": changes}


routers = {"/policies": policies, "/policy-drafts": draft_router}
