from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sanbao.api.actions import create_token
from sanbao.exchange import pipeline
from sanbao.exchange.handlers import carry_on
from sanbao.exchange.models import ImportFile, ImportRun, Stage
from sanbao.exchange.tests import ledgers, writing
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post, Supplier

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")


@pytest.fixture
def manager() -> Person:
    return hired("manager", "department_manager")


def hired(username: str, post: str) -> Person:
    person = parties.hire(
        by=HOUSE,
        username=username,
        name="某人",
        department=Department.objects.get(code="sales"),
        post=Post.objects.get(code=post),
    )
    return parties.choose_password(person, by=HOUSE, password="a long enough one")


@pytest.fixture
def browser(manager: Person, settings: Any) -> Client:
    client = Client()
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def files(tmp_path: Path) -> list[SimpleUploadedFile]:
    unsure = writing.csv(tmp_path / "名单.csv", [["编码", "厂名", "主供"], ["G07", "戊河铝锭厂", "铝锭"]])
    sure = writing.xlsx(tmp_path / "供应商.xlsx", ledgers.SUPPLIERS)
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in (unsure, sure)]


def work() -> int:
    steps = 0
    while carry_on():
        steps += 1
    return steps


def test_on_the_page_files_are_handed_in_answered_rehearsed_and_imported(browser: Client, files: list[Any]) -> None:
    assert browser.get(reverse("exchange:home")).status_code == 200
    response = browser.post(reverse("exchange:home"), {"files": files})
    run = ImportRun.objects.get()
    assert response.headers["Location"] == reverse("exchange:run", args=[run.pk])
    page = browser.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert "看不准是什么台账" in page and "先指定看不准的文件" in page
    assert browser.post(reverse("exchange:act", args=[run.pk, "commit"])).status_code == 409

    unsure = run.files.get(asks=True)
    asked = reverse("exchange:file", args=[run.pk, unsure.pk])
    looked = browser.get(asked, {"kind": "suppliers"}).content.decode()
    assert "戊河铝锭厂" in looked and 'name="header_row" min="1" max="1048576" value="1"' in looked
    wrong = browser.post(asked, {"kind": "suppliers", "header_row": 1, "c0": "code", "c1": "code"})
    assert wrong.status_code == 422
    assert "不能重复：代码、名称" in wrong.content.decode()
    assert unsure.run.files.get(pk=unsure.pk).asks
    browser.post(asked, {"kind": "suppliers", "header_row": 1, "c0": "code", "c1": "name", "c2": "supplies"})

    browser.post(reverse("exchange:act", args=[run.pk, "rehearse"]))
    going = browser.get(reverse("exchange:state", args=[run.pk])).content.decode()
    assert 'hx-trigger="every 1s"' in going and "<progress" in going
    assert work() > 0
    assert Supplier.objects.count() == 0
    assert "什么也没有保存" in browser.get(reverse("exchange:state", args=[run.pk])).content.decode()

    browser.post(reverse("exchange:act", args=[run.pk, "commit"]))
    work()
    run.refresh_from_db()
    assert run.stage == Stage.DONE
    assert set(Supplier.objects.values_list("code", flat=True)) == {"G01", "G02", "G07"}
    done = browser.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert "hx-trigger" not in done and "已完成" in done


def test_refused_lines_are_listed_and_can_be_downloaded(browser: Client, tmp_path: Path) -> None:
    path = writing.xlsx(tmp_path / "进仓台账.xlsx", ledgers.RECEIPTS)
    browser.post(reverse("exchange:home"), {"files": [SimpleUploadedFile(path.name, path.read_bytes())]})
    run = ImportRun.objects.get()
    browser.post(reverse("exchange:act", args=[run.pk, "rehearse"]))
    work()
    page = browser.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert "供应商代码 G99 不在供方名录里" in page
    csv = b"".join(browser.get(reverse("exchange:rejects", args=[run.pk])).streaming_content).decode("utf-8-sig")
    assert csv.splitlines()[0] == "file,row,code,sentence"
    assert browser.get(reverse("exchange:lines", args=[run.pk])).headers["Content-Type"].endswith("sheet")


def test_a_file_may_be_left_out_and_an_import_thrown_away(browser: Client, files: list[Any]) -> None:
    browser.post(reverse("exchange:home"), {"files": files})
    run = ImportRun.objects.get()
    browser.post(reverse("exchange:leave_out", args=[run.pk, run.files.get(asks=True).pk]))
    assert not run.files.filter(asks=True).exists()
    browser.post(reverse("exchange:act", args=[run.pk, "discard"]))
    assert ImportRun.objects.count() == 0


def test_no_file_and_a_broken_file_are_told_in_one_sentence(browser: Client) -> None:
    response = browser.post(reverse("exchange:home"), {})
    assert response.status_code == 422
    assert "请选择要导入的文件" in response.content.decode()
    browser.post(reverse("exchange:home"), {"files": [SimpleUploadedFile("坏.xlsx", b"PK\x03\x04")]})
    run = ImportRun.objects.get()
    assert "文件已损坏" in browser.get(reverse("exchange:run", args=[run.pk])).content.decode()
    refused = browser.post(reverse("exchange:act", args=[run.pk, "commit"]))
    assert refused.status_code == 409


def test_an_import_that_failed_shows_it_and_goes_on_by_hand(
    browser: Client, files: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post(reverse("exchange:home"), {"files": files[1:]})
    run = ImportRun.objects.get()
    browser.post(reverse("exchange:act", args=[run.pk, "commit"]))
    with monkeypatch.context() as broken:
        broken.setattr("sanbao.exchange.taking.Taking._verdicts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            carry_on()
    assert "从中断处继续" in browser.get(reverse("exchange:run", args=[run.pk])).content.decode()
    browser.post(reverse("exchange:act", args=[run.pk, "commit"]))
    work()
    assert ImportRun.objects.get().stage == Stage.DONE
    assert Supplier.objects.count() == 2


def test_the_interface_does_what_the_page_does(manager: Person, files: list[Any]) -> None:
    _, key = create_token(person=manager, name="test", days=1, by=HOUSE)
    call = Client(headers={"Authorization": f"Bearer {key}"})
    made = call.post("/api/v1/imports", {"files": files})
    assert made.status_code == 201
    told = made.json()
    base = f"/api/v1/imports/{told['import']}"
    unsure = next(file for file in told["files"] if file["asks"])
    body = {"kind": "suppliers", "header_row": 1, "mapping": {"code": 0}}
    refused = call.post(f"{base}/files/{unsure['id']}", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "import.mapping")
    body["mapping"] = {"code": 0, "name": 1}
    answered = call.post(f"{base}/files/{unsure['id']}", body, content_type="application/json")
    assert not any(file["asks"] for file in answered.json()["files"])
    assert call.post(f"{base}/commit").status_code == 202
    assert call.post(f"{base}/commit").status_code == 409
    work()
    done = call.get(base).json()
    assert (done["stage"], done["totals"]["taken"]) == ("done", 3)
    assert call.get(f"{base}/lines").json()["total"] == 0
    assert any(kind["kind"] == "receipts" for kind in call.get("/api/v1/imports/kinds").json())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_the_house_exports_it_takes_back_unchanged(
    tmp_path: Path, browser: Client, form: str, language: str
) -> None:
    made = pipeline.begin(pipeline.spreadsheets_in(ledgers.write(tmp_path / "台账")), by=HOUSE)
    list(pipeline.drive(made, by=HOUSE))
    browser.post(reverse("web:language"), {"language": language, "next": "/"})
    exported = tmp_path / "导出"
    exported.mkdir()
    addresses = {"customers": "parties", "dealers": "parties", "suppliers": "parties", "products": "catalog"}
    for name, room in addresses.items():
        response = browser.get(f"/{room}/{name}/", {"export": form})
        (exported / f"{name}.{form}").write_bytes(b"".join(response.streaming_content))
    run = pipeline.begin(pipeline.spreadsheets_in(exported), by=HOUSE)
    list(pipeline.drive(run, by=HOUSE))
    counts = {file.kind: (file.asks, file.unchanged, file.read) for file in run.files.all()}
    assert counts == {
        "suppliers": (False, 2, 2),
        "dealers": (False, 2, 2),
        "customers": (False, 4, 4),
        "products": (False, 1, 1),
    }


def test_a_ledger_of_rows_that_one_may_not_change_is_told_before_anything_is_written(
    browser: Client, tmp_path: Path
) -> None:
    paths = [writing.xlsx(tmp_path / f"{name}.xlsx", ledgers.XLSX[name]) for name in ("产品", "客户")]
    browser.post(
        reverse("exchange:home"), {"files": [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]}
    )
    run = ImportRun.objects.get()
    assert {file.kind: file.trouble for file in run.files.all()} == {"customers": "", "products": "not_permitted"}
    assert "您无权导入这种资料" in browser.get(reverse("exchange:run", args=[run.pk])).content.decode()


def test_who_may_not_import_sees_and_does_nothing(files: list[Any]) -> None:
    clerk = hired("clerk", "salesperson")
    client = Client()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("exchange:home")).status_code == 403
    assert client.post(reverse("exchange:home"), {"files": files}).status_code == 403
    _, key = create_token(person=clerk, name="test", days=1, by=HOUSE)
    call = Client(headers={"Authorization": f"Bearer {key}"})
    assert call.post("/api/v1/imports", {"files": files}).status_code == 403
    assert call.get("/api/v1/imports/1").status_code == 403
    assert (ImportRun.objects.count(), ImportFile.objects.count()) == (0, 0)
