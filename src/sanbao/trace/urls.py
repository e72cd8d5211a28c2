"""Pages of the trace, and of what stands in a lot's way."""

from django.urls import path

from sanbao.trace import scans, views
from sanbao.trace.lifecycle import HOLD, PERMIT, REVERSAL, VERDICT
from sanbao.trace.views import control
from sanbao.web import moves
from sanbao.web import scans as scanning

scanning.RESOLVERS["lots"] = scans.find
scanning.ACTIONS.append(scans.acts)

app_name = "trace"


def _prefixed(prefix: str, lifecycle):  # type: ignore[no-untyped-def]
    """The pages of every move of a kind, under a folder of their own."""
    [page] = moves.pages(lifecycle)
    return path(f"{prefix}<int:pk>/do/<slug:move>", page.callback, name=f"{lifecycle.kind}_do")


urlpatterns = [
    path("", views.home, name="home"),
    path("lots/", views.lots, name="lots"),
    path("lots/<int:pk>/", views.lot, name="lot"),
    path("records/<slug:kind>/<int:pk>/", views.record, name="record"),
    path("holds/", control.holds, name="holds"),
    path("holds/new", moves.opening(HOLD, "place"), name="hold_new"),
    path("holds/<int:pk>", control.hold, name="hold"),
    _prefixed("holds/", HOLD),
    path("verdicts/", control.verdicts, name="verdicts"),
    path("verdicts/new", moves.opening(VERDICT, "judge"), name="judge"),
    path("verdicts/<int:pk>", control.verdict, name="verdict"),
    path("permits/", control.permits, name="permits"),
    path("permits/new", moves.opening(PERMIT, "apply"), name="permit_new"),
    path("permits/<int:pk>", control.permit, name="permit"),
    _prefixed("permits/", PERMIT),
    path("reversals/new", moves.opening(REVERSAL, "reverse"), name="reverse"),
    path("<path:code>/side-count", views.side_count, name="side_count"),
    path("<path:code>/chain/", views.chain, name="chain"),
    path("<path:code>/export.<slug:form>", views.export, name="export"),
    path("<path:code>/", views.trace, name="trace"),
]
