"""A process is killed outright in the middle of its work: what was answered is there, of the rest nothing is.

Each test kills a real process with SIGKILL. The house has a folder and a database of its own: a SQLite file or,
with --pg, a database in the cluster of this session.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.plugins.template import own_house
from tests.test_serve import SANBAO, child_named, eventually, family, free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash")]
SETUP = (
    "import os, signal, django; django.setup()\nfrom sanbao.kernel.actor import Actor\nBY = Actor.clockwork('test')\n"
)
CALLERS, POSTS = 3, 12


class House:
    """A prepared house, programs run in it, and its server."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.environment = {**environment, "SANBAO_PORT": str(self.port)}

    def sanbao(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*SANBAO, *arguments], env=self.environment, capture_output=True, text=True)

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", SETUP + code], env=self.environment, capture_output=True, text=True
        )

    def says(self, code: str) -> Any:
        """What a program prints as JSON."""
        done = self.python("import json\n" + code)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def dies(self, code: str) -> None:
        """Run a program that is to kill itself."""
        done = self.python("def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)\n" + code)
        assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr

    def verifies(self) -> None:
        done = self.sanbao("verify", "--json")
        assert done.returncode == 0, done.stdout

    def call(self, path: str, body: bytes, key: str, **headers: str) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/{path}", body)
        for name, value in {"Idempotency-Key": key, **headers}.items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def well(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with own_house(tmp_path_factory.mktemp("crash"), f"crash_{uuid.uuid4().hex[:8]}") as environment:
        house = House(environment)
        assert house.sanbao("prepare").returncode == 0
        yield house


PRODUCT = """
from sanbao.catalog import actions
from sanbao.catalog.models import Product
from sanbao.catalog.lifecycle import PRODUCT
from sanbao.kernel.journal import JournalEntry, Pending
"""


def test_an_act_that_is_killed_before_its_end_has_not_happened(house: House) -> None:
    pk = house.says(PRODUCT + "print(actions.register_product(by=BY, code='K1', name='before').pk)")
    for moment in ("sanbao.kernel.search.write", "sanbao.kernel.rows.insert"):
        house.dies(
            PRODUCT
            + f"from unittest.mock import patch\npatch({moment!r}, die).start()\n"
            + f"actions.edit_product(Product.objects.get(pk={pk}), by=BY, name='after')"
        )
    name, version, entries = house.says(
        PRODUCT
        + f"row = Product.objects.get(pk={pk}); "
        + "print(json.dumps([row.name, row.version, JournalEntry.objects.filter(subject=row.subject).count()]))"
    )
    assert (name, version, entries) == ("before", 1, 1)
    house.verifies()


def test_nobody_waits_for_the_lock_of_one_who_was_killed(house: House) -> None:
    pk = house.says(PRODUCT + "print(actions.register_product(by=BY, code='K2', name='x').pk)")
    house.dies(PRODUCT + f"with PRODUCT.move('edit', {pk}, by=BY) as step:\n    step.case.name = 'half'\n    die()")
    house.says(PRODUCT + f"print(actions.edit_product(Product.objects.get(pk={pk}), by=BY, name='whole').version)")
    house.verifies()


HEARING = (
    PRODUCT
    + """
import threading
from sanbao.kernel import announcements, notices, worker
from sanbao.kernel.words import W
notices._resolve.append(lambda to: [notices.Addressee(to, '', 'en')] if to == 'person:0' else [])
then = lambda: None
@announcements.listens('product.open')
def hear(entry):
    notices.tell(to='person:0', about=entry.subject, subject=entry.subject, sentence=W('新', 'New'))
    then()
def told():
    return [Pending.objects.filter(consumer__endswith='.hear').count(), notices.Notice.objects.count()]
"""
)


def test_news_that_a_killed_worker_was_telling_is_told_by_the_next_one_at_once_and_not_twice(house: House) -> None:
    house.says(HEARING + "print(actions.register_product(by=BY, code='K3', name='x').pk)")
    house.dies(HEARING + "then = die\nannouncements.deliver()")
    assert house.says(HEARING + "print(json.dumps(told()))") == [1, 0]
    stopped = "threading.Timer(3, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()\nworker.main([])\n"
    assert house.says(HEARING + stopped + "print(json.dumps(told()))") == [0, 1]


@pytest.fixture
def serving(house: House) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*SANBAO, "serve"], env=house.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert eventually(house.well)
        yield process
    finally:
        process.terminate()
        process.wait(20)


#: Long, because random bytes hold a boundary of one letter once in a hundred files, and end there.
BOUNDARY = "a-boundary-that-no-random-bytes-hold-by-chance"


def multipart(name: str, content: bytes) -> tuple[bytes, str]:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return head + content + f"\r\n--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


class Caller(threading.Thread):
    """Posts again and again under a key of its own for each matter until it is answered, as a careful program does."""

    def __init__(self, house: House, key: str, number: int) -> None:
        super().__init__(daemon=True)
        self.house, self.bearer, self.number = house, {"Authorization": f"Bearer {key}"}, number
        self.answered: list[str] = []

    def run(self) -> None:
        for n in range(POSTS):
            code = f"C{self.number}-{n}"
            body = json.dumps({"code": code, "name": "x"}).encode()
            self._until_answered(code, "products", body, "application/json")
            self._until_answered(f"{code} file", "attachments", *multipart(f"{code}.txt", os.urandom(200_000)))
            self.answered.append(code)

    def _until_answered(self, key: str, path: str, body: bytes, kind: str) -> None:
        while (status := self.house.call(path, body, key, **self.bearer, **{"Content-Type": kind})) != 201:
            assert status in (0, 429, 500, 502, 503), status
            time.sleep(0.1)


def test_what_was_answered_survives_the_killing_of_web_and_worker_and_repeats_do_nothing_twice(
    house: House, serving: subprocess.Popen[bytes]
) -> None:
    key = house.says(
        "from sanbao.api.actions import create_token\nfrom sanbao.parties.actions import hire\n"
        "from sanbao.parties.models import Department, Post\n"
        "place = dict(department=Department.objects.get(code='qc'), post=Post.objects.get(code='inspector'))\n"
        "person = hire(by=BY, username='caller', name='x', **place)\n"
        "print(json.dumps(create_token(person=person, name='t', days=1, by=BY)[1]))"
    )
    callers = [Caller(house, key, number) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    for part in ("granian", "worker", "granian"):
        assert eventually(lambda: any(c.answered for c in callers))
        time.sleep(0.5)
        victim = child_named(serving.pid, part)
        for pid in family(victim) if victim else []:
            os.kill(pid, signal.SIGKILL)
    for caller in callers:
        caller.join(120)
    wanted = sorted(f"C{c}-{n}" for c in range(CALLERS) for n in range(POSTS))
    assert sorted(code for caller in callers for code in caller.answered) == wanted
    found, files, entries = house.says(
        PRODUCT
        + "from sanbao.kernel.attachments import Attachment\n"
        + "made = sorted(Product.objects.filter(code__startswith='C').values_list('code', flat=True))\n"
        + "entries = JournalEntry.objects.filter(action='product.open', origin__startswith='token').count()\n"
        + "print(json.dumps([made, Attachment.objects.count(), entries]))"
    )
    assert found == wanted
    assert (files, entries) == (len(wanted), len(wanted))
    house.verifies()
