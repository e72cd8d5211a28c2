"""The demonstration is what a factory's own weeks would be: whole, verifiable, and of nobody real."""

import re
import stat
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db.models import Model
from django.db.models.sql import InsertQuery

from sanbao import demo
from sanbao.claims.models import Claim, ClaimState
from sanbao.complaints import queries as complaints
from sanbao.complaints.models import Complaint, Consultation, Matter, SpotHolding, State, Widespread
from sanbao.corrective.models import CorrectiveAction
from sanbao.demo import company
from sanbao.demo.ledgers import ledgers
from sanbao.demo.stories import STORIES
from sanbao.exchange.models import ImportRun
from sanbao.inspection.models import InspectionSheet, SamplingSeries, UnknownLabel
from sanbao.inspection.queries import overdue_instruments
from sanbao.kernel import announcements, rows, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.verify import verify
from sanbao.knowledge import queries as knowledge
from sanbao.knowledge.models import Article
from sanbao.nonconformity import queries as nonconformities
from sanbao.nonconformity.models import Disposition, Nonconformity
from sanbao.parties import actions as people
from sanbao.parties import queries as parties
from sanbao.parties.models import Person, Post
from sanbao.processing.models import ProcessingOrder
from sanbao.recall.models import Recall, RecallState
from sanbao.returns.models import Return, ReturnState
from sanbao.signals.models import Signal, SignalState
from sanbao.trace import queries as trace

#: On PostgreSQL the company is loaded for the tests of forms and addresses.
pytestmark = pytest.mark.alike


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, loaded once for all tests of this file and taken back afterwards."""
    from django.conf import settings
    from django.db import transaction

    home, before = tmp_path_factory.mktemp("home"), (settings.HOME, settings.ATTACHMENTS)
    settings.HOME, settings.ATTACHMENTS = home, home / "attachments"
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load()
        yield home
        transaction.set_rollback(True)
    settings.HOME, settings.ATTACHMENTS = before


def test_every_row_of_the_house_is_read_and_told_without_the_orm_as_with_it(house: Path) -> None:
    own = [m for m in apps.get_models() if m.__module__.startswith("sanbao.")]
    tables = [m for m in own if not m._meta.parents and len(m._meta.pk_fields) == 1]
    full = 0
    for model in tables:
        key = model._meta.pk.name
        with_orm, without = list(model._base_manager.order_by(key)[:200]), rows.where(model, order=(key,), most=200)
        assert [columns(row) for row in with_orm] == [columns(row) for row in without]
        full += bool(with_orm)
        for row in without[:20]:
            row._state.adding = True
            if model._meta.auto_field:
                row.pk = None
            plan = rows.Plan(model)
            query = InsertQuery(model)
            query.insert_values(plan.written, [row])
            ((_, told),) = query.get_compiler("default").as_sql()
            assert list(told) == plan.values(row)
    assert full > 100


def columns(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_every_state_of_a_complaint_can_be_seen(house: Path) -> None:
    assert set(Complaint.objects.values_list("state", flat=True)) == set(State)


def test_every_story_has_become_a_complaint_and_none_lies_in_the_future(house: Path) -> None:
    split_off, questions = 1, 3
    assert Complaint.objects.filter(matter=Matter.QUESTION).count() == questions
    again = Complaint.objects.exclude(merged_into=None).count()
    assert again == 1 and Complaint.objects.count() == len(STORIES) + split_off + again + questions
    assert not Complaint.objects.filter(received_at__gt=times.now()).exists()


def test_the_record_of_the_demonstration_verifies_and_all_news_was_delivered(house: Path) -> None:
    assert list(verify()) == []
    assert announcements.stuck() == []


def test_a_return_was_replaced_one_waits_for_the_technical_vp_and_one_was_refused(house: Path) -> None:
    found = {row.state: row for row in Return.objects.all()}
    assert set(found) == {ReturnState.REPLACED, ReturnState.FILLED, ReturnState.REFUSED}
    assert found[ReturnState.FILLED].approver == "management.technical_vp"
    assert found[ReturnState.REPLACED].open_value == 0 < found[ReturnState.REPLACED].value


def test_replies_quote_the_knowledge_base_and_a_claim_is_settled_in_part(house: Path) -> None:
    assert Article.objects.public().count() == 4
    assert sum(knowledge.often_quoted().values()) == 1
    assert Claim.objects.get(state=ClaimState.SETTLED).partly
    assert Claim.objects.filter(state=ClaimState.ASSESSED).count() == 1


def test_the_bad_powder_shows_as_fairly_widespread(house: Path) -> None:
    assert Complaint.objects.filter(widespread=Widespread.CONFIRMED).count() >= 2


def test_the_house_proposes_the_bad_powder_as_one_signal_that_waits_for_a_verdict(house: Path) -> None:
    signal = Signal.objects.get(state=SignalState.PROPOSED)
    assert (signal.defect.code, signal.count >= 5, signal.users >= 4) == ("Q3-P05", True, True)


def test_lots_were_accepted_and_refused_one_is_being_inspected_and_an_instrument_is_overdue(house: Path) -> None:
    assert sorted(InspectionSheet.objects.values_list("state", flat=True)) == [
        "accepted",
        "accepted",
        "open",
        "rejected",
    ]
    assert set(SamplingSeries.objects.values_list("weight", "lots")) == {("major", 3), ("minor", 3)}
    assert [tool.number for tool in overdue_instruments(times.today())] == ["QF-12"]


def test_one_unknown_label_waits_for_quality_control_and_one_was_a_counterfeit(house: Path) -> None:
    assert set(UnknownLabel.objects.values_list("state", "origin")) == {("open", ""), ("cleared", "counterfeit")}


def test_the_chain_of_the_bad_labels_ends_at_the_supplier_of_the_powder(house: Path) -> None:
    bad = Complaint.objects.filter(reported_class__code="Q3-P05").earliest("received_at")
    proposal = trace.chain([bad.lot]).proposal
    assert (proposal.kind, proposal.ref) == ("supplier", "G05")


def test_windows_were_made_of_two_labels_and_the_trace_goes_through_the_order(house: Path) -> None:
    order = ProcessingOrder.objects.get()
    assert (order.state, order.lines.filter(what="in").count(), order.lines.filter(what="out").count()) == (
        "done",
        2,
        2,
    )
    made = order.lines.filter(what="out").values_list("into_id", flat=True)
    assert trace.trace_back(made).of_kind("raw")


def test_the_ledgers_come_in_without_a_refused_line(house: Path) -> None:
    files = [file for run in ImportRun.objects.all() for file in run.files.all()]
    assert [(file.name, file.trouble) for file in files if file.trouble or file.asks or file.counts["refused"]] == []


def test_accounts_are_written_for_the_owners_eyes_only_and_every_one_logs_in(house: Path, rf) -> None:
    file = house / "demo-accounts"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    accounts = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(accounts) == Person.objects.count() == len(company.PEOPLE)
    username, password, *_ = accounts[0]
    assert authenticate(rf.post("/"), username=username, password=password).name == "总经理甲"


def test_every_post_is_held_by_somebody(house: Path) -> None:
    assert [post.code for post in Post.objects.all() if not parties.holders(f"*.{post.code}")] == []


def test_an_outsider_sees_no_case_of_the_house(house: Path) -> None:
    stranger = parties.actor_of(Person.objects.get(username="customer"))
    assert complaints.listed(stranger).count() == 0


@pytest.mark.django_db
def test_a_house_that_holds_data_is_left_alone(capsys) -> None:
    people.hire(by=Actor.clockwork("test"), username="first", name="已有人员")
    assert demo.main([]) == 1
    assert "不是空的" in capsys.readouterr().out
    assert Complaint.objects.count() == 0


def test_the_same_day_gives_the_same_ledgers() -> None:
    assert ledgers(date(2026, 6, 1)) == ledgers(date(2026, 6, 1))


def test_no_telephone_number_of_the_demonstration_can_ring() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(demo.__file__).parent.glob("*.py"))
    assert re.findall(r"\b1[3-9]\d{9}\b|\b0[1-9]\d{1,2}-\d{7,8}\b", text) == []
    assert all(str(row[5]).startswith("000-") for row in company.MASTER_DATA["客户"])


def test_its_numbers_lie_in_ranges_of_their_own_so_that_a_factorys_ledgers_mix_with_nothing() -> None:
    book = ledgers(date(2026, 4, 20))
    labels = {str(row[0]) for row in book.rows["成品入库"]}
    batches = {str(row[9]) for row in book.rows["生产随行卡"]}
    lots = {str(row[6]) for row in book.rows["进仓台账"]}
    assert all(label.startswith("BQ9") for label in labels)
    assert all(batch.startswith(("PT7-", "PT8-", "PT9-", "YH8-", "YH9-")) for batch in batches)
    assert all(lot[5] == "9" for lot in lots)
    assert {str(row[0])[:2] for row in book.rows["经销商"]} == {"YX"}


def test_a_spot_check_and_a_consultation_are_under_way(house: Path) -> None:
    assert SpotHolding.objects.filter(check_of__complaint__source="spot_check", reported_at=None).exists()
    assert [o.able for o in Consultation.objects.get().opinions.order_by("-able")] == ["conditions", "", ""]


def test_goods_are_disposed_of_by_quantity_and_an_8d_was_found_effective(house: Path) -> None:
    closed = Nonconformity.objects.filter(state="closed")
    assert closed.exists() and Nonconformity.objects.filter(state="contained").exists()
    assert {"scrap", "rework"} <= set(Disposition.objects.filter(state="done").values_list("way", flat=True))
    assert {"proposed", "executed"} <= set(Disposition.objects.values_list("state", flat=True))
    for record in Nonconformity.objects.all():
        assert all(one.balance.balanced for one in nonconformities.standings(record))
    assert {"effective", "planning", "asked"} == set(CorrectiveAction.objects.values_list("state", flat=True))
    assert CorrectiveAction.objects.get(state="effective").bones


def test_a_rehearsal_met_its_target_and_a_recall_is_in_progress(house: Path) -> None:
    mock = Recall.objects.get(rehearsal=True)
    assert (mock.state, mock.result["passed"]) == (RecallState.REHEARSED, True)
    recall = Recall.objects.get(state=RecallState.IN_FORCE)
    states = set(recall.holders.values_list("state", flat=True))
    assert {"acknowledged", "notified", "not_notified"} <= states
    assert recall.hold is not None and recall.reports.filter(sent_at=None).count() == 2
