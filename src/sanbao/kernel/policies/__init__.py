"""Policies: tables that decide, versioned, dated, approved by a second person (design §5)."""

from sanbao.kernel.policies.base import Decision, InForce, PastCase, Policy, PolicyVersion
from sanbao.kernel.policies.drafts import (
    POLICY_DRAFT,
    PolicyDraft,
    Rehearsed,
    approve,
    of_rows,
    open_draft,
    rehearse,
    revise,
    send_back,
    submit,
    withdraw,
)
from sanbao.kernel.policies.files import export, load_defaults, main
from sanbao.kernel.policies.house import (
    ATTACHMENTS,
    COMPANY,
    FORMS,
    PERMISSIONS,
    PROCEDURES,
    SECOND_FACTOR,
    permission_table,
    permissions_granted,
    second_factor_required,
)

__all__ = [
    "ATTACHMENTS",
    "COMPANY",
    "FORMS",
    "PERMISSIONS",
    "POLICY_DRAFT",
    "PROCEDURES",
    "SECOND_FACTOR",
    "Decision",
    "InForce",
    "PastCase",
    "Policy",
    "PolicyDraft",
    "PolicyVersion",
    "Rehearsed",
    "approve",
    "export",
    "load_defaults",
    "main",
    "of_rows",
    "open_draft",
    "permission_table",
    "permissions_granted",
    "rehearse",
    "revise",
    "second_factor_required",
    "send_back",
    "submit",
    "withdraw",
]
