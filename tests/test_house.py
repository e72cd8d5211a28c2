"""What keeps the house a house, whoever builds on it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from sanbao import rules_report

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sanbao"
ROOMS = ["parties", "catalog", "trace", "materials", "production", "goods", "dispatch", "inspection", "knowledge",
         "complaints", "claims", "processing", "returns", "letters", "tallies", "nonconformity",
         "corrective"]  # fmt: skip
#: What a room shows to other rooms; the rest of it is its own business. ``concerns`` is where an upper room answers
#: a question that the trace asks.
OPEN_TO_OTHERS = {"models", "queries", "actions", "concerns", "fields"}
LONGEST_FILE = 400
#: A remote address is where a browser would go; these are only names, or places that tests invent.
NAMES_NOT_PLACES = re.compile(r"https?://(www\.w3\.org/|127\.0\.0\.1|localhost|\{|[\w.-]*\.example\b|$)")


def modules(*, tests: bool = False) -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts and (tests or "tests" not in path.parts):
            yield path


def places(found: Iterator[tuple[Path, int]]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{line}" for path, line in found]


def lines(paths: Iterator[Path], pattern: str) -> list[str]:
    """Where a pattern stands, as path:line."""
    wanted = re.compile(pattern)
    return places(
        (path, number)
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wanted.search(line)
    )


def ours(*suffixes: str) -> Iterator[Path]:
    """Files of ours that a browser reads."""
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in suffixes and "vendor" not in path.parts and "tests" not in path.parts:
            yield path


def test_no_file_has_outgrown_its_noun() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in [*modules(tests=True), *ours(".js", ".css", ".html"), *(ROOT / "tests").rglob("*.py")]
        if path.suffix != ".css" and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_nobody_but_the_kernel_assigns_a_state() -> None:
    def assigned() -> Iterator[tuple[Path, int]]:
        for path in modules():
            if path.is_relative_to(SOURCE / "kernel"):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets):
                    yield path, node.lineno

    assert places(assigned()) == []


def test_there_is_one_clock_and_the_kernel_holds_it() -> None:
    allowed = {SOURCE / "kernel" / "times.py"}
    assert (
        lines((p for p in modules() if p not in allowed), r"timezone\.(now|localdate|localtime)\(|datetime\.now\(\)")
        == []
    )


def test_there_are_no_signals_and_no_generic_relations() -> None:
    allowed = {SOURCE / "kernel" / "apps.py"}
    assert (
        lines(
            (p for p in modules() if p not in allowed),
            r"@receiver\(|GenericForeignKey\(|django\.dispatch|(?<!class )\bSignal\(",
        )
        == []
    )


def test_nothing_is_left_for_later_in_the_code() -> None:
    assert lines(modules(tests=True), r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b") == []


def test_rooms_use_only_what_other_rooms_show() -> None:
    def strangers() -> Iterator[tuple[Path, int]]:
        for path in modules():
            room = path.relative_to(SOURCE).parts[0]
            if room not in ROOMS:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    for alias in node.names:
                        parts = f"{node.module}.{alias.name}".split(".")
                        abroad = parts[0] == "sanbao" and parts[1] in ROOMS and parts[1] != room
                        if abroad and parts[2] not in OPEN_TO_OTHERS:
                            yield path, node.lineno

    assert places(strangers()) == []


def test_pages_scripts_and_styles_name_no_remote_address() -> None:
    def remote() -> Iterator[tuple[Path, int]]:
        for path in ours(".html", ".js", ".css", ".svg", ".typ"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for address in re.findall(r"https?://[^\s\"'<>)]*|(?<=[\"'(])//[\w-]+\.[^\s\"'<>)]*", line):
                    if not NAMES_NOT_PLACES.match(address):
                        yield path, number

    assert places(remote()) == []


def test_pages_carry_no_inline_script_or_style() -> None:
    script = r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")"
    assert lines(ours(".html"), script + r"|<style|\sstyle=\"|\son(click|load|change|submit|input)=\"") == []


def test_dependency_files_carry_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").iterdir():
        text = path.read_text()
        assert "://" not in text, path.name
        if path.suffix == ".txt":
            assert text.count("==") <= text.count("--hash=sha256:"), path.name
    assert not (ROOT / "uv.lock").exists()


def test_vendored_files_are_the_declared_ones() -> None:
    checked = subprocess.run([sys.executable, ROOT / "scripts" / "vendor", "--check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_nothing_leaves_a_source_map_to_fetch() -> None:
    vendored = (p for p in SOURCE.rglob("vendor/**/*") if p.suffix in {".js", ".css"})
    assert [p.name for p in vendored if b"sourceMappingURL" in p.read_bytes()] == []


@pytest.fixture(scope="module")
def clauses() -> list[rules_report.Row]:
    return rules_report.report()


def test_a_clause_said_to_be_done_has_code_and_a_test(clauses: list[rules_report.Row]) -> None:
    assert [row.id for row in clauses if row.empty_claim] == []


def test_code_and_tests_cite_only_clauses_that_the_procedures_hold(clauses: list[rules_report.Row]) -> None:
    known = {row.id for row in clauses}
    unknown = {
        f"{path}: {clause}"
        for path, tree, is_test in rules_report.sources()
        for clause in (
            [c for c, _ in rules_report.marked(tree)] if is_test else [c for c, _ in rules_report.cited(tree)]
        )
        if clause not in known
    }
    assert unknown == set()


@pytest.mark.django_db
def test_every_model_stands_in_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_django_finds_nothing_amiss() -> None:
    """Two rooms that give one model the same name for what points to it are found here, and nowhere else."""
    call_command("check", fail_level="WARNING")
