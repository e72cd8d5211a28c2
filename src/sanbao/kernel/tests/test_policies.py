"""A policy is drafted, proved, rehearsed and approved by a second person; then it decides, and never changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from sanbao.kernel import journal, policies, triggers, verify
from sanbao.kernel.decision_tables import Choice, Number, OneOf, Several, Shape
from sanbao.kernel.policies import PastCase, Policy, PolicyVersion, base, files, verifying
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.kernel.times import frozen
from sanbao.kernel.words import W

pytestmark = pytest.mark.django_db
AUTHOR = an_actor("policies.draft", person=1, fresh=True)
SECOND = an_actor("policies.draft", "policies.approve", person=2, fresh=True)

SHIPPED = """# 退换审批 · Approval of returns
policy = "toy_returns"
note = "500 公斤起由技术副总批准"
columns = ["reason", "weight", "approver"]
rows = [
  ["*",       "[0,500)", "sales"],
  ["quality", "[500,)",  "technical_vp"],
  ["other",   "[500,)",  "technical_vp"],
]
"""
STRICTER = SHIPPED.replace("500)", "300)").replace("[500", "[300")
GAPING = SHIPPED.replace("[0,500)", "[0,400)")


@pytest.fixture
def returns(tmp_path: Path, settings: Any) -> Iterator[Policy]:
    """A policy of the tests' own with its shipped table in force."""
    (tmp_path / "toy_returns.toml").write_text(SHIPPED, "utf-8")
    settings.POLICY_DEFAULTS = tmp_path
    policy = Policy(
        "toy_returns",
        title=W("退换审批", "Approval of returns"),
        shape=Shape(
            inputs=[Choice("reason", ["quality", "other"], ("原因", "Reason")), Number("weight", "kg", Decimal(0))],
            outputs=[OneOf("approver", ["sales", "technical_vp"], ("批准人", "Approver"))],
        ),
    )
    try:
        files._load(policy)
        yield policy
    finally:
        Policy.registry.pop("toy_returns")


def in_force(policy: Policy, text: str, *, effective_from: date | None = None) -> PolicyVersion:
    draft = policies.open_draft(by=AUTHOR, policy=policy.code, text=text, effective_from=effective_from)
    return policies.approve(policies.submit(draft, by=AUTHOR), by=SECOND).version_made


def test_the_shipped_table_is_version_one_and_the_record_says_that_clockwork_loaded_it(returns: Policy) -> None:
    version = PolicyVersion.objects.get(policy="toy_returns")
    assert (version.number, version.approved_by, version.text) == (1, "clockwork:policies", SHIPPED)
    entry = journal.entries_of("policy:toy_returns").get()
    assert (entry.action, entry.facts["digest"]) == ("policy.loaded", version.digest)


def test_loading_again_changes_nothing(returns: Policy) -> None:
    with nothing_recorded():
        assert files._load(returns) == 0


def test_a_decision_keeps_policy_version_row_inputs_and_answer(returns: Policy) -> None:
    decision = returns.decide(on=date(2026, 4, 18), reason="quality", weight=620)
    assert decision["approver"] == "technical_vp"
    assert decision.as_facts() == {
        "decision": {
            "policy": "toy_returns",
            "version": 1,
            "row": 2,
            "inputs": {"reason": "quality", "weight": "620"},
            "answer": {"approver": "technical_vp"},
        }
    }
    assert decision.why.zh == "退换审批 第 1 版第 2 行：原因“quality”符合“quality”；weight“620”符合“[500,)”"
    assert decision.why.en.startswith("Approval of returns v1, row 2: Reason “quality”")


def test_an_unknown_input_is_refused_and_names_the_field(returns: Policy) -> None:
    with pytest.raises(Refusal) as refused:
        returns.decide(on=date(2026, 4, 18), reason="mood", weight=1)
    assert (refused.value.code, refused.value.status, refused.value.field) == ("policy.input", 422, "reason")


def test_a_draft_comes_into_force_when_a_second_person_approves_it(returns: Policy) -> None:
    draft = policies.open_draft(by=AUTHOR, policy="toy_returns")
    draft = policies.revise(draft, by=AUTHOR, text=STRICTER)
    draft = policies.submit(draft, by=AUTHOR)
    version = policies.approve(draft, by=SECOND).version_made
    assert (version.number, version.drafted_by, version.approved_by) == (2, "person:1", "person:2")
    assert returns.decide(on=version.effective_from, reason="other", weight=400)["approver"] == "technical_vp"
    actions = [entry.action for entry in journal.entries_of("policy:toy_returns")]
    assert actions == ["policy.loaded", "signature.made", "policy.approved"]


@pytest.mark.clause("R-11")
def test_nobody_approves_his_own_draft(returns: Policy) -> None:
    draft = policies.submit(policies.open_draft(by=SECOND, policy="toy_returns", text=STRICTER), by=SECOND)
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        policies.approve(draft, by=SECOND)
    assert (refused.value.code, refused.value.clause, refused.value.status) == ("policy.same_person", "R-11", 403)
    assert PolicyVersion.objects.filter(policy="toy_returns").count() == 1


@pytest.mark.clause("R-11")
def test_who_only_revised_or_submitted_a_draft_may_not_approve_it_either(returns: Policy) -> None:
    draft = policies.open_draft(by=AUTHOR, policy="toy_returns")
    draft = policies.submit(policies.revise(draft, by=SECOND, text=STRICTER), by=AUTHOR)
    with pytest.raises(Refusal) as refused:
        policies.approve(draft, by=SECOND)
    assert refused.value.code == "policy.same_person"


def test_an_approval_is_signed_by_one_who_proved_who_he_is(returns: Policy) -> None:
    draft = policies.submit(policies.open_draft(by=AUTHOR, policy="toy_returns", text=STRICTER), by=AUTHOR)
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        policies.approve(draft, by=an_actor("policies.approve", person=2))
    assert refused.value.code == "signature.authenticate"


@pytest.mark.parametrize("move", [policies.submit, policies.approve, policies.withdraw])
def test_who_holds_no_right_on_policies_finds_no_draft(returns: Policy, move: object) -> None:
    draft = policies.open_draft(by=AUTHOR, policy="toy_returns", text=STRICTER)
    with pytest.raises(Refusal) as refused:
        move(draft, by=an_actor("complaints.grade", person=3))  # type: ignore[operator]
    assert (refused.value.code, refused.value.status) == ("not_found", 404)


def test_an_unsound_draft_cannot_be_submitted_and_every_flaw_is_listed(returns: Policy) -> None:
    draft = policies.open_draft(by=AUTHOR, policy="toy_returns", text=GAPING)
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        policies.submit(draft, by=AUTHOR)
    assert (refused.value.code, refused.value.status) == ("policy.unsound", 422)
    (flaw,) = refused.value.facts["flaws"]
    assert (flaw["code"], flaw["example"]["weight"]) == ("gap", "400")


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        'policy = "grading"\ncolumns = []\nrows = []',
        SHIPPED.replace("approver", "boss"),
        SHIPPED + "x = 1\n",
    ],
)
def test_a_text_that_is_not_this_table_is_refused_in_one_sentence(returns: Policy, text: str) -> None:
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        policies.open_draft(by=AUTHOR, policy="toy_returns", text=text)
    assert (refused.value.code, refused.value.field) == ("policy.illegible", "text")


@pytest.mark.parametrize("rows", [1001, 20_000])
def test_a_table_that_nobody_could_oversee_is_refused_at_once(returns: Policy, rows: int) -> None:
    text = SHIPPED.replace("rows = [", "rows = [" + '["other", "[1,2)", "sales"],' * rows)
    with pytest.raises(Refusal) as refused:
        policies.open_draft(by=AUTHOR, policy="toy_returns", text=text)
    assert (refused.value.code, refused.value.status) == ("policy.illegible", 422)


def test_a_draft_that_changes_nothing_is_not_submitted(returns: Policy) -> None:
    with pytest.raises(Refusal) as refused:
        policies.submit(policies.open_draft(by=AUTHOR, policy="toy_returns"), by=AUTHOR)
    assert refused.value.code == "policy.unchanged"


def test_a_case_is_decided_by_the_version_of_its_business_date(returns: Policy) -> None:
    with frozen("2026-04-18 10:00"):
        in_force(returns, STRICTER, effective_from=date(2026, 5, 1))
    asked = {"reason": "other", "weight": 400}
    assert returns.decide(on=date(2026, 4, 30), **asked)["approver"] == "sales"
    later = returns.decide(on=date(2026, 5, 1), **asked)
    assert (later["approver"], later.version) == ("technical_vp", 2)


def test_a_version_may_not_reach_back_before_its_approval(returns: Policy) -> None:
    with frozen("2026-04-18 10:00"), pytest.raises(Refusal) as refused:
        in_force(returns, STRICTER, effective_from=date(2026, 4, 17))
    assert refused.value.code == "policy.backdated"


def test_a_decision_costs_one_query(returns: Policy, django_assert_num_queries: object) -> None:
    asked = {"reason": "other", "weight": 400}
    returns.decide(on=date(2026, 4, 18), **asked)
    with django_assert_num_queries(1):  # type: ignore[operator]
        returns.decide(on=date(2026, 4, 18), **asked)
    version = returns.on(date(2026, 4, 18))
    with django_assert_num_queries(0):  # type: ignore[operator]
        version.decide(**asked)


def test_a_rehearsal_counts_the_past_cases_that_would_have_come_out_differently(returns: Policy) -> None:
    @returns.past
    def past(first: date, last: date) -> Iterator[PastCase]:
        for number, weight in enumerate([100, 350, 499, 620]):
            approver = "sales" if weight < 500 else "technical_vp"
            yield PastCase(f"return:{number}", first, {"reason": "other", "weight": weight}, {"approver": approver})

    draft = policies.open_draft(by=AUTHOR, policy="toy_returns", text=STRICTER)
    result = policies.rehearse(draft)
    assert result is not None
    assert [(c.ref, c.before, c.after, c.row) for c in result.changes] == [
        ("return:1", {"approver": "sales"}, {"approver": "technical_vp"}, 3),
        ("return:2", {"approver": "sales"}, {"approver": "technical_vp"}, 3),
    ]
    assert "4 件中，有 2 件" in result.sentence.said_in("zh-hans")


def test_a_draft_sent_back_carries_the_reason_and_can_be_submitted_again(returns: Policy) -> None:
    draft = policies.submit(policies.open_draft(by=AUTHOR, policy="toy_returns", text=STRICTER), by=AUTHOR)
    draft = policies.send_back(draft, by=SECOND, reason="界限太低")
    assert (draft.state, draft.returned_because) == ("drafting", "界限太低")
    assert policies.submit(draft, by=AUTHOR).state == "submitted"


def test_what_is_exported_is_byte_for_byte_what_was_approved(returns: Policy) -> None:
    assert policies.export(returns) == SHIPPED
    in_force(returns, STRICTER)
    assert policies.export(returns) == STRICTER


def test_columns_may_stand_in_any_order_and_are_kept_in_the_order_of_the_shape(returns: Policy) -> None:
    turned = (
        'policy = "toy_returns"\nnote = "x"\ncolumns = ["approver", "reason", "weight"]\n'
        'rows = [["sales", "*", "[0,300)"], ["technical_vp", "*", "[300,)"]]'
    )
    draft = policies.open_draft(by=AUTHOR, policy="toy_returns", text=turned)
    assert draft.sheet.rows == (("*", "[0,300)", "sales"), ("*", "[300,)", "technical_vp"))


def test_the_database_refuses_to_change_or_delete_a_version(returns: Policy) -> None:
    for change in (lambda rows: rows.update(text="x"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(PolicyVersion.objects.filter(policy="toy_returns"))


def test_a_version_changed_behind_the_records_back_decides_nothing_and_is_found(returns: Policy) -> None:
    version = in_force(returns, STRICTER)
    assert verifying.versions in verify.CHECKS and list(verifying.versions()) == []
    with triggers.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_policy_version SET text = %s WHERE id = %s", [SHIPPED, version.pk])
    assert [breach.code for breach in verifying.versions()] == ["policy_changed"]
    base._read.cache_clear()  # as in a process that has not read the approved text before
    with pytest.raises(Refusal) as refused:
        returns.decide(on=version.effective_from, reason="other", weight=1)
    assert refused.value.code == "policy.changed"
    with triggers.lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_policy_version WHERE id = %s", [version.pk])
    assert [breach.code for breach in verifying.versions()] == ["policy_missing"]


def test_a_table_that_the_factory_never_changed_follows_the_shipped_one(returns: Policy) -> None:
    returns.file.write_text(STRICTER, "utf-8")
    assert files._load(returns) == 1
    assert policies.export(returns) == STRICTER


def test_a_factorys_own_table_is_kept_when_the_product_ships_another(returns: Policy) -> None:
    in_force(returns, STRICTER)
    returns.file.write_text(SHIPPED.replace("500)", "800)").replace("[500", "[800"), "utf-8")
    assert files._load(returns) == 0
    assert policies.export(returns) == STRICTER


def test_a_factorys_own_table_takes_over_what_only_the_new_product_knows(tmp_path: Path, settings: Any) -> None:
    def ships(*rows: str) -> None:
        body = "".join(f"  {row},\n" for row in rows)
        text = f'# 权限 · Rights\npolicy = "toy_rights"\nnote = ""\ncolumns = ["right", "roles"]\nrows = [\n{body}]\n'
        (tmp_path / "toy_rights.toml").write_text(text, "utf-8")

    settings.POLICY_DEFAULTS = tmp_path
    shape = Shape([Choice("right", [], open=True)], [Several("roles")])
    ships('["see",  "qc.*"]')
    try:
        rights = Policy("toy_rights", title=W("权限", "Rights"), shape=shape)
        files._load(rights)
        in_force(rights, rights.file.read_text("utf-8").replace("qc.*", "sales.*"))
        ships('["see",   "qc.*"]', '["grade", "technology.*"]')
        rights = Policy("toy_rights", title=W("权限", "Rights"), shape=shape)
        assert files._load(rights) == 1
        version = rights.on(date.max)
        assert version.decide(right="see")["roles"] == ("sales.*",)
        assert version.decide(right="grade")["roles"] == ("technology.*",)
        draft = policies.open_draft(by=AUTHOR, policy="toy_rights", text=rights.write("", [("see", "-")]))
        assert [flaw.example for flaw in draft.flaws] == [{"right": "grade"}]
    finally:
        Policy.registry.pop("toy_rights")


def reshaped(policy: Policy, *reasons: str) -> Policy:
    """The policy as a later program declares it."""
    weight, approver = policy.shape.inputs[1], policy.shape.outputs
    shape = Shape([Choice("reason", reasons, ("原因", "Reason")), weight], approver)
    base._read.cache_clear()
    return Policy(policy.code, title=policy.title, shape=shape)


def test_what_was_approved_goes_on_deciding_when_the_program_learns_a_new_question(returns: Policy) -> None:
    text = SHIPPED.replace('"*",       "[0,500)"', '"quality|other", "[0,500)"')
    in_force(returns, text)
    grown = reshaped(returns, "quality", "other", "unsaleable")
    assert grown.decide(on=date.today(), reason="other", weight=600).answer["approver"] == "technical_vp"
    with pytest.raises(Refusal) as refused:
        grown.decide(on=date.today(), reason="unsaleable", weight=600)
    assert (refused.value.code, refused.value.status) == ("policy.input", 422)
    assert grown.flaws(text) != ()


def test_a_version_that_this_program_cannot_read_is_refused_in_a_sentence(returns: Policy) -> None:
    with pytest.raises(Refusal) as refused:
        reshaped(returns, "quality").decide(on=date.today(), reason="quality", weight=1)
    assert (refused.value.code, refused.value.status) == ("policy.outgrown", 409)


def test_the_command_line_lists_exports_and_checks(
    returns: Policy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert policies.main(["export", "toy_returns"]) == 0
    assert capsys.readouterr().out == SHIPPED
    assert policies.main(["export", "unheard"]) == 1
    good, bad = tmp_path / "toy_returns.toml", tmp_path / "bad" / "toy_returns.toml"
    bad.parent.mkdir()
    bad.write_text(GAPING, "utf-8")
    assert policies.main(["check", str(good)]) == 0
    assert policies.main(["check", str(good), str(bad)]) == 1
    assert "weight=400" in capsys.readouterr().out
    assert policies.main(["list"]) == 0
    assert "退换审批" in capsys.readouterr().out
