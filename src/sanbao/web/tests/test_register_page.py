"""The register of controlled documents on the page (M-01)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sanbao.parties.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-01")]


def test_the_register_stands_beside_the_clauses_with_version_date_and_approver(
    inspector: Person, entered: Callable[..., Client]
) -> None:
    page = entered(inspector).get("/procedures/").content.decode()
    register = page[page.index('id="register"') :]
    for words in ("SB-C-01", "信息反馈表", "SB-M", "2026-01-01", "随产品提供", "/policies/grading"):
        assert words in register, words
