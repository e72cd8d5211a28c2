"""`sanbao rules`: every clause of the procedures, where the code fulfils it, and which tests would miss it."""

import ast
import json
import re
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from sanbao.kernel.procedures import all_clauses

CLAUSE = re.compile(r"[A-Z]-\d{2}")


@dataclass
class Row:
    """One clause: ``code`` as "path:line", ``tests`` as "path::name", both from the checkout's root."""

    id: str
    title: str
    code: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    done: bool = False

    @property
    def empty_claim(self) -> bool:
        """The procedure says that the clause is fulfilled; nothing here shows it."""
        return self.done and not (self.code and self.tests)


def sources() -> Iterator[tuple[Path, ast.Module, bool]]:
    """Every module of ours that can fulfil or test a clause; the flag tells tests."""
    root = settings.REPO
    for path in sorted([*root.glob("src/**/*.py"), *root.glob("tests/**/*.py")]):
        if "migrations" not in path.parts:
            is_test = "tests" in path.parts
            yield path.relative_to(root), ast.parse(path.read_text(encoding="utf-8")), is_test


def cited(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Clause ids that stand in code as strings of their own: ``clause="C-06"``, ``in_force("C-08")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CLAUSE.fullmatch(node.value):
            yield node.value, node.lineno


def marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(clause, test name) for each test; marks of its class and module count for it too."""

    def walk(body: list[ast.stmt], inherited: frozenset[str]) -> Iterator[tuple[str, str]]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                own = inherited | {c for decorator in node.decorator_list for c in _marks(decorator)}
                if isinstance(node, ast.ClassDef):
                    yield from walk(node.body, own)
                elif node.name.startswith("test_"):
                    yield from ((clause, node.name) for clause in own)

    of_module = frozenset(
        clause
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
        for clause in _marks(node.value)
    )
    yield from walk(tree.body, of_module)


def _marks(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "clause":
            yield from (a.value for a in call.args if isinstance(a, ast.Constant))


def report() -> list[Row]:
    """All clauses in the order of the book."""
    code, tests = defaultdict(list), defaultdict(list)
    for path, tree, is_test in sources():
        if is_test:
            for clause, name in marked(tree):
                tests[clause].append(f"{path}::{name}")
        else:
            for clause, line in cited(tree):
                code[clause].append(f"{path}:{line}")
    return [Row(c.id, f"{c.title.zh} · {c.title.en}", code[c.id], tests[c.id], c.done) for c in all_clauses().values()]


def main(argv: list[str]) -> int:
    """``sanbao rules [--json]``. Exit 1 when a clause that is said to be done has no code or no test."""
    parser = ArgumentParser(prog="sanbao rules", description="条款 → 代码 → 测试 · clauses, their code and tests")
    parser.add_argument("--json", action="store_true")
    rows = report()
    if parser.parse_args(argv).json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        for row in rows:
            state = "✗" if row.empty_claim else "✓" if row.done else "·"
            print(f"{state} {row.id}  代码 code {len(row.code):>3}  测试 tests {len(row.tests):>3}  {row.title}")
    return 1 if any(row.empty_claim for row in rows) else 0
