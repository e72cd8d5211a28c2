"""What a page, a search and a new complaint cost with many complaints, for one person and for eight at once.

The house runs as `sanbao serve` runs it; the raw limit is a bare Django view behind the same web server.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.test import Client

from sanbao import serve
from sanbao.api.actions import create_token
from sanbao.bench import bare_page, load
from sanbao.bench.figures import Figure
from sanbao.bench.load import Answers, Ask
from sanbao.bench.people import HOUSE, Clerk, hire
from sanbao.complaints import actions
from sanbao.complaints.models import Complaint
from sanbao.kernel import journal
from sanbao.kernel.journal import Pending
from sanbao.kernel.seals import CONSUMER
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of

PEOPLE = (1, 8)
SECONDS = 6.0
HEADER = ("序号", "日期", "用户", "方式", "内容", "标签号", "类别", "处理", "状态")
LINE = ("2026-03-02", "门窗厂", "传真", "同一批料颜色深浅不一", "", "色差", "已解释，用户满意", "处理中")
#: So many users wrote the complaints that are beside the point.
USERS = 400
#: How many entries the record of the case holds that is opened; how many cases have a history beside it.
ENTRIES, LIVE = 20, 100


def fill(complaints: int) -> None:
    """So many complaints, by the ordinary import."""
    ledger = Path(settings.HOME) / "用户意见登记.csv"
    with ledger.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        day, user, *rest = LINE
        writer.writerows((number, day, f"{user}{number % USERS}", *rest) for number in range(1, complaints + 1))
    subprocess.run([sys.executable, "-m", "sanbao.cli", "import", str(ledger)], check=True, stdout=subprocess.DEVNULL)


def with_history(clerk: Clerk) -> Complaint:
    """Cases that were registered and written to, the last with as many entries as asked for."""
    case = None
    for place in range(LIVE):
        case = actions.register(
            by=clerk.actor,
            source="user",
            channel="letter",
            description="三支料划格后整片掉粉。",
            customer=clerk.customer,
        )
        wanted = ENTRIES if place == LIVE - 1 else ENTRIES // 4
        while journal.entries_of(case.subject).count() < wanted:
            actions.note(case, by=clerk.actor, text="与用户通话，约定明日回复。")
    assert case is not None
    return case


def questions(clerk: Clerk, cookie: str, case: Complaint) -> dict[str, Ask]:
    page = {"Cookie": cookie, "Accept": "text/html"}
    key = create_token(person=clerk.person, name="bench", days=1, by=HOUSE)[1]
    body = json.dumps(
        {"source": "user", "channel": "letter", "description": LINE[3], "customer": clerk.customer.code}
    ).encode()

    def create() -> tuple[str, str, dict[str, str], bytes]:
        once = {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid4().hex, "Content-Type": "application/json"}
        return "POST", "/api/v1/complaints", once, body

    return {
        "list of 25": lambda: ("GET", "/complaints/", page, None),
        f"one case with {ENTRIES} entries": lambda: ("GET", case.get_absolute_url(), page, None),
        "search for 掉粉": lambda: ("GET", "/search/?q=%E6%8E%89%E7%B2%89", page, None),
        "create through the API": create,
    }


def logged_in(person: Person) -> str:
    # The demonstration's mark: log-in without a second factor.
    (Path(settings.HOME) / "demo-accounts").touch(0o600)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def measure(complaints: int = 20_000) -> Iterator[Figure]:
    clerk, leader = Clerk(), hire("bench-leader", "management", "gm")
    cookie = logged_in(leader)
    fill(complaints - LIVE)
    case = with_history(clerk)
    if Complaint.objects.visible_to(actor_of(leader)).count() != complaints:
        raise RuntimeError("not every complaint is there to be listed")
    bare_page.make()
    bare = {what: _bare(ask) for what, ask in _bare_questions().items()}
    bare_page.drop()
    port = load.free_port()
    command = [sys.executable, "-m", "sanbao.cli", "serve"]
    before = Complaint.objects.count()
    with load.running(
        command, port, SANBAO_PORT=str(port), SANBAO_API_CALLS_PER_MINUTE="1000000", MALLOC_ARENA_MAX="2"
    ) as pid:
        for what, ask in questions(clerk, cookie, case).items():
            creates = what.startswith("create")
            raw = bare["insert and commit" if creates else "read and show"]
            for people in PEOPLE:
                got = load.asked(
                    port, pid, ask, people=people, seconds=SECONDS, keep=creates, settled=all_told if creates else None
                )
                yield from _figures(f"{what}, {people} at once", got, raw[people])
                if creates:
                    before = _all_different(got, before)
        memory = load.memory_mb(pid)
    yield Figure("web, worker and supervisor together", memory, "MB PSS")


def all_told() -> bool:
    """Whether the worker has told everybody what the record holds; seals are made every five minutes."""
    return not Pending.objects.exclude(consumer=CONSUMER).exists()


def _figures(what: str, got: Answers, raw: Answers) -> Iterator[Figure]:
    yield Figure(f"{what}: processor time", got.each, "ms CPU", raw.each)
    yield Figure(f"{what}: median", got.median, "ms", raw.median)
    yield Figure(f"{what}: p95 of {len(got.milliseconds):,}", got.p95, "ms", raw.p95)


def _all_different(got: Answers, before: int) -> int:
    """Every acknowledged complaint is there, with a number of its own."""
    numbers = [json.loads(body)["number"] for body in got.bodies]
    now = Complaint.objects.count()
    if len(set(numbers)) != len(numbers) or now - before != len(numbers):
        raise RuntimeError(f"{len(numbers)} answered, {len(set(numbers))} different numbers, {now - before} stored")
    return now


def _bare_questions() -> dict[str, Ask]:
    return {
        "insert and commit": lambda: ("POST", "/", {}, None),
        "read and show": lambda: ("GET", "/1", {}, None),
    }


def _bare(ask: Ask) -> dict[int, Answers]:
    port = load.free_port()
    command = [sys.executable, *serve.web_server("sanbao.bench.bare_page:application", port)]
    with load.running(command, port, SANBAO_BENCH_BARE="1") as pid:
        return {people: load.asked(port, pid, ask, people=people, seconds=3) for people in PEOPLE}
