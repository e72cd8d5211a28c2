"""`pytest --mute CLAUSE|all`: does a test marked with a clause notice when it is switched off?

Every test marked `clause(X)` runs once for X with X's refusals and effects muted, and is expected to fail.
The report turns the outcome round: a test that noticed has passed, one that did not is skipped (it may prove
another side of the clause). A clause that none of its tests noticed makes the session fail.

With "all" a process that has seen a clause noticed leaves out the clause's other tests: the question is whether one
notices. `--mute CLAUSE` runs them all and names them.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

#: The report property that carries [clause, noticed] from a worker to the controller.
MUTED = "muted"


def marks(node: pytest.Item | pytest.Function) -> list[str]:
    """The clauses a test is marked with, each once."""
    return list(dict.fromkeys(clause for mark in node.iter_markers("clause") for clause in mark.args))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mute", metavar="CLAUSE", help="run the tests of this clause (or all) without it; they must fail"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--mute"):
        config.pluginmanager.register(Muting(config.getoption("--mute")), "muting-session")


class Muting:
    """Present only in a session with --mute."""

    def __init__(self, clause: str) -> None:
        self.wanted = None if clause == "all" else {clause}
        self.noticed: dict[str, list[str]] = defaultdict(list)
        #: The clauses noticed in this process.
        self.seen: set[str] = set()

    def clauses(self, node: pytest.Item) -> list[str]:
        return [c for c in marks(node) if self.wanted is None or c in self.wanted]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if clauses := self.clauses(metafunc.definition):
            metafunc.fixturenames.append("muted_clause")
            metafunc.parametrize("muted_clause", clauses, ids=[f"without {c}" for c in clauses])

    @pytest.fixture
    def muted_clause(self, request: pytest.FixtureRequest) -> str:
        return request.param

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        muted = [item for item in items if muted_clause_of(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in muted])
        items[:] = muted

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        from sanbao.kernel.refusals import muted

        with muted(muted_clause_of(item)):
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if self.wanted is None and (clause := muted_clause_of(item)) in self.seen:
            pytest.skip(f"{clause} was noticed")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo):
        report = yield
        if call.when == "teardown" or (call.when == "setup" and report.passed):
            return report
        clause = muted_clause_of(item)
        if report.skipped and clause in self.seen:
            return report
        report.user_properties = [*report.user_properties, (MUTED, [clause, report.failed])]
        if report.failed:
            self.seen.add(clause)
            report.outcome, report.longrepr = "passed", None
        elif report.passed:
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, f"does not notice that {clause} is muted")
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == MUTED and report.when != "teardown":
                clause, noticed = value
                self.noticed[clause] += [report.nodeid] * noticed

    def unnoticed(self) -> list[str]:
        return sorted([*(c for c in self.noticed if not self.noticed[c]), *self.unmarked()])

    def unmarked(self) -> set[str]:
        return (self.wanted or set()) - set(self.noticed)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput") and self.unnoticed():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("muted clauses")
        for clause in sorted(self.noticed):
            seen = dict.fromkeys(nodeid.rpartition("::")[2].partition("[")[0] for nodeid in self.noticed[clause])
            names = f"{len(seen)}: {', '.join(list(seen)[:3])}{' …' if len(seen) > 3 else ''}"
            terminalreporter.line(f"{clause}  {'noticed by ' + names if seen else 'NOTICED BY NO TEST'}")
        for clause in sorted(self.unmarked()):
            terminalreporter.line(f"{clause}  NO TEST IS MARKED WITH IT")


def muted_clause_of(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("muted_clause", "") if callspec else ""
