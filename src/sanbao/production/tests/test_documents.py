"""The card on paper: its number as text and as QR code, singly and in bulk, on A4 and on A5 (T-09)."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from typing import Any

import pytest

from sanbao.production import documents
from sanbao.production.tests.conftest import Shop

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


@needs_poppler
@pytest.mark.clause("C-20")
def test_a_card_says_its_number_model_billets_and_steps_with_room_to_sign(shop: Shop) -> None:
    card = shop.through(shop.check(shop.start(kg=300, scrap_kg=Decimal(20), die="M-118", order="DD-7")), "age")
    said = text_of(documents.cards_pdf([card], shop.by.operator))
    for part in (
        card.number,
        "YM60",
        "6063-T5",
        "M-118",
        "DD-7",
        "K12",
        "ZB1 320 kg",
        "SJ-2026-00001",
        "喷涂",
        "SB-T-09",
    ):
        assert part in said, part


@needs_poppler
@pytest.mark.parametrize("small", [False, True])
def test_several_cards_are_printed_in_one_file_a_page_each(shop: Shop, small: bool) -> None:
    cards = [shop.start(), shop.start(), shop.start()]
    pdf = documents.cards_pdf(cards, shop.by.operator, small=small)
    said = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert "Pages:           3" in said
    assert ("A5" in said or "419.5" in said) if small else "A4" in said


def test_printing_many_cards_costs_no_more_queries(shop: Shop, django_assert_max_num_queries: Any) -> None:
    cards = [shop.through(shop.check(shop.start()), "age") for _ in range(2)]
    documents.cards_pdf(cards[:1], shop.by.operator)
    with django_assert_max_num_queries(40) as one:
        documents.cards_pdf([shop.fresh(card) for card in cards[:1]], shop.by.operator)
    with django_assert_max_num_queries(len(one.captured_queries) + 6):
        documents.cards_pdf([shop.fresh(card) for card in cards], shop.by.operator)
