"""Pages of the store. ``a/<token>`` is a supplier's own page, without a log-in."""

from django.urls import include, path

from sanbao.kernel.lifecycle import Lifecycle
from sanbao.materials import queries, scans
from sanbao.materials.lifecycle import COUNT, DELIVERY, INCOMING, MARKING_NOTICE, PLACE, PROPERTY, SLIP
from sanbao.materials.views import counts, gate, marking, places, property, slips, stock
from sanbao.web import desk, moves
from sanbao.web import scans as scanning

desk.FIGURES["materials"] = queries.waiting
scanning.ACTIONS.append(scans.acts)
scanning.HANDY["issue_slip"] = ("issue",)

app_name = "materials"


def acts(prefix: str, lifecycle: Lifecycle):  # type: ignore[no-untyped-def, type-arg]
    """The pages of every move of a kind, under a folder of its own."""
    [page] = moves.pages(lifecycle)
    return path(f"{prefix}/<int:pk>/do/<slug:move>", page.callback, name=f"{lifecycle.kind}_do")


kept_places = [
    path("", places.view, name="list"),
    path("new", moves.opening(PLACE), name="new"),
    path("signs.pdf", places.signs_pdf, name="signs"),
    path("<int:pk>", places.place, name="row"),
    path("written", places.written, name="written"),
    *moves.pages(PLACE),
]

urlpatterns = [
    path("", stock.home, name="home"),
    path("cards/<int:pk>", stock.card, name="card"),
    path("cards.pdf", stock.cards_pdf, name="cards_pdf"),
    path("labels.pdf", stock.labels_pdf, name="labels_pdf"),
    path("of/<int:pk>", stock.of_material, name="of_material"),
    path("deliveries/", gate.deliveries, name="deliveries"),
    path("deliveries/new", moves.opening(DELIVERY, "register"), name="delivery_new"),
    path("deliveries/<int:pk>", gate.delivery, name="delivery"),
    acts("deliveries", DELIVERY),
    path("incoming/", gate.incoming_lots, name="incoming_lots"),
    path("incoming/<int:pk>", gate.incoming, name="incoming"),
    acts("incoming", INCOMING),
    path("slips/", slips.slips, name="slips"),
    path("slips/new", moves.opening(SLIP, "open"), name="slip_new"),
    path("slips/<int:pk>", slips.slip, name="slip"),
    path("slips/<int:pk>/slip.pdf", slips.slip_pdf, name="slip_pdf"),
    acts("slips", SLIP),
    path("places/", include((kept_places, "places"))),
    path("put", places.put, name="put"),
    path("counts/", counts.index, name="counts"),
    path("counts/new", moves.opening(COUNT, "open"), name="count_new"),
    path("counts/<int:pk>", counts.count, name="count"),
    path("counts/<int:pk>/scan", counts.scan, name="count_scan"),
    path("counts/<int:pk>/sheet.pdf", counts.sheet_pdf, name="count_pdf"),
    acts("counts", COUNT),
    path("property/", property.index, name="property"),
    path("property/reports/", property.reports, name="property_reports"),
    path("property/reports/new", moves.opening(PROPERTY, "report"), name="property_report_new"),
    path("property/reports/<int:pk>", property.report, name="property_report"),
    acts("property/reports", PROPERTY),
    path("marking/", marking.index, name="markings"),
    path("marking/new", moves.opening(MARKING_NOTICE, "send"), name="marking_new"),
    path("marking/<int:pk>", marking.notice, name="marking"),
    acts("marking", MARKING_NOTICE),
    path("a/<str:token>", marking.acknowledge, name="acknowledge"),
]
