"""The trace page in a real browser: search, read, open a record, unfold, take the list away."""

import pytest

from sanbao.parties.models import Assignment, Department, Person, Post
from sanbao.trace import bulk
from sanbao.trace.rows import PackingRow
from sanbao.trace.tests.factory import KG, small_factory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inspector(page, client, live_server):
    """The page of a logged-in inspector; the miniature factory, with thirty more labels of one basket."""
    small_factory()
    labels = [PackingRow(label=f"BX{n:02}", travellers=("SX2",), quantity_milli=KG, location="B2") for n in range(30)]
    bulk.write(labels, source="import:2")
    person = Person.objects.create(username="t", name="甲", state="employed", one_time_password=False)
    department, post = Department.objects.get(code="qc"), Post.objects.get(code="inspector")
    Assignment.objects.create(person=person, department=department, post=post, since="2020-01-01")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return page


def test_from_a_spray_code_to_the_supplier_by_hand(inspector):
    page = inspector
    page.goto("/trace/")
    page.get_by_label("从任意一个编号").fill("２０２６０４２１ 0001")
    page.keyboard.press("Enter")
    drawing = page.locator("svg.trace-svg")
    drawing.wait_for()
    assert drawing.locator("g.lane").count() == 10
    drawing.get_by_role("link", name="JC2").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("heading", name="进仓 JC2").wait_for()
    assert "乙江粉末涂料厂" in dialog.inner_text()
    assert dialog.locator(".rail").count() == 0  # the record alone, not a page within the page
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.get_by_text("导出", exact=True).click()
        page.get_by_role("link", name="客户与地点 CSV").click()
    assert "宁波东安源门窗厂" in download.value.path().read_text("utf-8")


def test_a_folded_column_opens_without_leaving_the_page(inspector):
    page = inspector
    page.goto("/trace/SX2/")
    fold = page.locator("svg.trace-svg a.fold")
    assert "＋" in fold.text_content()
    fold.click()
    page.locator("svg.trace-svg").get_by_role("link", name="BX29").wait_for()
    assert page.locator("svg.trace-svg a.fold").count() == 0


def test_nothing_is_wider_than_a_phone(inspector):
    page = inspector
    page.set_viewport_size({"width": 360, "height": 740})
    for address in (
        "/trace/",
        "/trace/SX2/",
        "/trace/SX2/chain/",
        "/trace/SX2/?as=table",
        "/trace/TH2/",
        "/trace/lots/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    page.goto("/trace/SX2/")
    assert page.locator(".trace-list").is_visible()
    assert not page.locator("svg.trace-svg").is_visible()
