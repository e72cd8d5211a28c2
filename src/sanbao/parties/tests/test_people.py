"""Who holds what, who stands in for whom, and how somebody leaves."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from sanbao.kernel import handover, journal, obligations, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.verify import verify
from sanbao.kernel.words import W
from sanbao.parties import actions, cli, queries
from sanbao.parties.models import Assignment, Delegation, Department, Person, Post, Territory
from sanbao.parties.tests.conftest import HOUSE, LONG_AGO, hired, region, role

pytestmark = pytest.mark.django_db


def test_a_new_person_logs_in_with_the_password_that_was_handed_out_and_must_change_it() -> None:
    person = hired("  New.Clerk ", "sales", "clerk")
    request = RequestFactory().post("/")
    assert authenticate(request, username="new.clerk", password=person.handed_out) == person
    assert person.one_time_password
    assert person.handed_out not in "".join(journal.entries_of(person.subject).values_list("facts_text", flat=True))


def test_a_login_name_is_given_once() -> None:
    hired("clerk")
    with pytest.raises(Refusal) as refused:
        hired("CLERK")
    assert (refused.value.code, refused.value.field, refused.value.status) == ("person.code_taken", "username", 422)
    assert Person.objects.filter(username="clerk").count() == 1


def test_an_after_sales_clerk_counts_as_one_of_sales(colleague: Person) -> None:
    actor = queries.actor_of(colleague)
    assert actor.roles == {"after_sales.after_sales_clerk", "sales.after_sales_clerk"}
    assert actor.plays("sales") and actor.plays("after_sales.*") and not actor.plays("qc")


def test_a_post_counts_from_its_first_to_its_last_day(colleague: Person) -> None:
    actions.appoint(colleague, by=HOUSE, **role("qc", "inspector"), since=date(2026, 5, 1), until=date(2026, 5, 31))
    for day, holds in {"2026-04-30": False, "2026-05-01": True, "2026-05-31": True, "2026-06-01": False}.items():
        with times.frozen(f"{day} 10:00"):
            assert queries.actor_of(colleague).plays("qc.inspector") is holds


@pytest.mark.clause("M-02")
def test_the_same_post_is_not_held_twice_at_once(colleague: Person) -> None:
    with pytest.raises(Refusal) as refused:
        actions.appoint(colleague, by=HOUSE, **role("after_sales", "after_sales_clerk"))
    assert refused.value.code == "person.holds_post"


def test_an_actor_takes_a_constant_number_of_queries(
    salesperson: Person, colleague: Person, django_assert_max_num_queries
) -> None:
    for n in range(8):
        hired(f"more-{n}", "sales", "salesperson")
    queries.actor_of(salesperson)
    with django_assert_max_num_queries(4):
        queries.actor_of(salesperson)


@pytest.mark.clause("R-11")
def test_a_substitute_holds_the_posts_while_the_holder_is_away(salesperson: Person, colleague: Person) -> None:
    with times.frozen("2026-05-01 09:00"):
        actions.delegate(
            salesperson, by=HOUSE, substitute=colleague, since=date(2026, 5, 4), until=date(2026, 5, 8), reason="出差"
        )
        assert colleague not in queries.holders("sales.salesperson")
    with times.frozen("2026-05-06 09:00"):
        assert queries.actor_of(colleague).plays("sales.salesperson")
        assert set(queries.holders("sales.salesperson")) == {salesperson, colleague}
        assert set(queries.holders(salesperson.subject)) == {salesperson, colleague}
    with times.frozen("2026-05-09 09:00"):
        assert queries.holders("sales.salesperson") == [salesperson]


@pytest.mark.clause("R-11")
@pytest.mark.parametrize(
    ("who", "days", "code"),
    [
        ("self", (4, 8), "delegation.self"),
        ("colleague", (8, 12), "delegation.overlap"),
        ("away", (9, 12), "delegation.substitute_absent"),
    ],
)
def test_a_substitution_that_could_not_be_relied_on_is_refused(
    salesperson: Person, colleague: Person, who: str, days: tuple[int, int], code: str
) -> None:
    away = hired("away", "sales", "salesperson")
    with times.frozen("2026-05-01 09:00"):
        first = {"since": date(2026, 5, 4), "until": date(2026, 5, 8)}
        actions.delegate(salesperson, by=HOUSE, substitute=colleague, **first)
        actions.delegate(away, by=HOUSE, substitute=colleague, since=date(2026, 5, 10), until=date(2026, 5, 11))
        substitute = {"self": salesperson, "colleague": colleague, "away": away}[who]
        with pytest.raises(Refusal) as refused:
            actions.delegate(
                salesperson,
                by=HOUSE,
                substitute=substitute,
                since=date(2026, 5, days[0]),
                until=date(2026, 5, days[1]),
            )
    assert (refused.value.code, refused.value.clause) == (code, "R-11")
    assert Delegation.objects.filter(absent=salesperson).count() == 1


@pytest.mark.clause("M-02")
def test_only_who_manages_people_names_a_substitute_for_another(salesperson: Person, colleague: Person) -> None:
    by = Actor(
        "person",
        salesperson.subject,
        person_id=salesperson.pk,
        permissions=frozenset({"parties.delegate", "parties.see"}),
    )
    days = {"since": date(2099, 1, 1), "until": date(2099, 1, 3)}
    actions.delegate(salesperson, by=by, substitute=colleague, **days)
    with pytest.raises(Refusal) as refused:
        actions.delegate(colleague, by=by, substitute=salesperson, **days)
    assert (refused.value.code, refused.value.status) == ("not_permitted", 403)


@pytest.mark.clause("C-08")
def test_a_region_has_one_responsible_salesperson_at_a_time(salesperson: Person) -> None:
    rival = hired("rival", "sales", "salesperson")
    with pytest.raises(Refusal) as refused:
        actions.entrust(rival, by=HOUSE, region=region("CN-ZJ"))
    assert refused.value.code == "territory.taken"
    assert refused.value.facts["holder"] == salesperson.name
    actions.entrust(rival, by=HOUSE, region=region("CN-ZJ"), product_line="机床")


def test_the_salesperson_of_a_customer_follows_region_product_line_and_absence(
    salesperson: Person, colleague: Person
) -> None:
    machines = hired("machines", "sales", "salesperson")
    actions.entrust(machines, by=HOUSE, region=region("CN-ZJ"), product_line="机床", since=LONG_AGO)
    customer = actions.register_customer(by=HOUSE, code="K1", name="东门门窗厂", region=region("CN-ZJ"))
    assert queries.salesperson_for(customer) == salesperson
    assert queries.salesperson_for(customer, product_line="机床") == machines
    today = times.today()
    actions.delegate(salesperson, by=HOUSE, substitute=colleague, since=today, until=today)
    assert queries.salesperson_for(customer) == colleague
    elsewhere = actions.register_customer(by=HOUSE, code="K2", name="南门门窗厂", region=region("CN-XJ"))
    assert queries.salesperson_for(elsewhere) is None


@pytest.fixture
def desk():
    """A room above with open cases on somebody's desk."""
    cases: dict[str, int] = {}

    def hand_over(from_id: int, to_id: int, *, by: Actor) -> int:
        mine = [case for case, owner in cases.items() if owner == from_id]
        cases.update(dict.fromkeys(mine, to_id))
        return len(mine)

    handover.register(
        "test",
        W("测试", "Test"),
        open_cases_of=lambda person: [case for case, owner in cases.items() if owner == person],
        hand_over=hand_over,
    )
    yield cases
    del handover.Desk.registry["test"]


@pytest.mark.clause("M-02")
def test_nobody_leaves_while_open_cases_lie_on_his_desk(
    administrator: Person, salesperson: Person, desk: dict[str, int]
) -> None:
    desk["complaint:7"] = salesperson.pk
    with pytest.raises(Refusal) as refused:
        actions.deactivate(salesperson, by=HOUSE)
    assert refused.value.code == "person.open_cases"
    assert "complaint:7" in refused.value.facts["cases"]
    salesperson.refresh_from_db()
    assert salesperson.is_active and queries.actor_of(salesperson).roles


@pytest.mark.clause("M-02")
def test_whoever_leaves_hands_over_his_cases_and_his_regions(
    administrator: Person, salesperson: Person, colleague: Person, desk: dict[str, int]
) -> None:
    desk.update({"complaint:7": salesperson.pk, "complaint:8": administrator.pk})
    obligations.owe(subject="complaint:7", code="visit", sentence=W("走访", "Visit"), to=salesperson.subject, by=HOUSE)
    customer = actions.register_customer(by=HOUSE, code="K1", name="东门门窗厂", region=region("CN-ZJ"))
    gone = actions.deactivate(salesperson, by=HOUSE, hand_over_to=colleague)
    assert desk == {"complaint:7": colleague.pk, "complaint:8": administrator.pk}
    assert queries.salesperson_for(customer) == colleague
    gone.refresh_from_db()
    assert not gone.is_active
    assert not Territory.objects.on(times.today()).filter(person=gone).exists()
    facts = journal.entries_of(gone.subject).last().facts
    assert facts["handed_over"] == {"test": 1, "territory": 1, "obligation": 1}
    assert [duty.code for duty in obligations.open_for(queries.actor_of(colleague))] == ["visit"]
    with pytest.raises(Refusal) as refused:
        queries.actor_of(gone)
    assert refused.value.code == "person.deactivated"


@pytest.mark.clause("M-02")
def test_the_last_one_who_can_let_people_in_cannot_be_sent_away(administrator: Person) -> None:
    with pytest.raises(Refusal) as refused:
        actions.deactivate(administrator, by=HOUSE)
    assert refused.value.code == "person.last_administrator"
    second = hired("second", "office", "administrator")
    actions.deactivate(administrator, by=HOUSE)
    with pytest.raises(Refusal):
        actions.relieve(second, by=HOUSE, assignment=second.assignments.get())


@pytest.mark.clause("M-02")
def test_nobody_deactivates_himself(administrator: Person) -> None:
    hired("second", "office", "administrator")
    by = queries.actor_of(administrator)
    with pytest.raises(Refusal) as refused:
        actions.deactivate(administrator, by=by)
    assert refused.value.code == "person.self"


def test_somebody_who_left_is_given_no_more_work(administrator: Person, colleague: Person) -> None:
    actions.deactivate(colleague, by=HOUSE)
    with pytest.raises(Refusal) as refused:
        queries.employed(colleague.pk, field="owner")
    assert (refused.value.code, refused.value.field) == ("person.deactivated", "owner")


def test_a_reset_password_replaces_the_old_one_and_is_not_in_the_record(colleague: Person) -> None:
    before = colleague.handed_out
    person = actions.reset_password(colleague, by=HOUSE)
    stored = Person.objects.get(pk=colleague.pk)
    assert stored.check_password(person.handed_out) and not stored.check_password(before)
    assert stored.one_time_password
    actions.choose_password(stored, by=queries.actor_of(stored), password="一个自己的长密码 9")
    stored.refresh_from_db()
    assert stored.check_password("一个自己的长密码 9") and not stored.one_time_password


@pytest.mark.clause("M-02")
def test_an_outsider_is_not_given_a_post_of_the_house() -> None:
    dealer = actions.register_dealer(by=HOUSE, code="D1", name="浙江总经销处")
    with pytest.raises(Refusal) as refused:
        hired("dealer", "sales", "salesperson", dealer=dealer)
    assert refused.value.code == "person.two_sides"
    person = hired("dealer", dealer=dealer)
    assert queries.actor_of(person).roles == {"dealer.dealer_user"}


def test_names_and_telephone_numbers_stay_out_of_the_record_and_the_record_holds(
    administrator: Person, salesperson: Person, colleague: Person
) -> None:
    actions.edit_person(colleague, by=HOUSE, name="张某某", phone="13900000000")
    texts = "".join(journal.entries_of(colleague.subject).values_list("facts_text", flat=True))
    assert "张某某" not in texts and "13900000000" not in texts and "after-sales 甲" not in texts
    assert list(verify(colleague.subject)) == []


def test_the_first_administrator_is_let_in_from_the_server_and_helped_in_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):
        assert cli.main(["Boss", "--name", "管理员甲"]) == 0
        password = capsys.readouterr().out.split()[-1]
        person = Person.objects.get(username="boss")
        assert person.check_password(password) and person.one_time_password
    assert queries.actor_of(person).may("parties.people")
    with pytest.raises(Refusal) as refused:
        cli.main(["other", "--post", "emperor"])
    assert refused.value.code == "unknown_code" and "administrator" in refused.value.facts["codes"]


def test_the_roles_of_one_are_those_that_he_has_among_everyones(salesperson: Person, colleague: Person) -> None:
    """Two questions in different words: own posts and borrowed ones, ended and to come, two storeys up and three."""
    with times.frozen("2026-05-01 09:00"):
        deep = Department.objects.create(
            code="night_shift", name_zh="夜班", name_en="Night", parent=Department.objects.get(code="after_sales")
        )
        post = Post.objects.get(code="team_leader")
        for person, department, since, until in (
            (colleague, deep, date(2026, 5, 1), None),
            (salesperson, Department.objects.get(code="after_sales"), date(2026, 1, 1), date(2026, 5, 6)),
        ):
            Assignment.objects.create(person=person, department=department, post=post, since=since, until=until)
        actions.delegate(
            salesperson, by=HOUSE, substitute=colleague, since=date(2026, 5, 4), until=date(2026, 5, 8), reason="出差"
        )
        for day in range(1, 12):
            on = date(2026, 5, day)
            everyone = queries._roles_of_everyone(on)
            for person in (salesperson, colleague):
                assert queries._roles_of(person.pk, on) == everyone.get(person.pk, frozenset()), on
    assert "sales.team_leader" in queries._roles_of(colleague.pk, date(2026, 5, 2))
