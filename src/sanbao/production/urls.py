"""Pages of the shops: cards with their steps, loads, heats, balances, marking audits."""

from django.urls import URLPattern, path

from sanbao.kernel import notices
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.production.lifecycle import CARD, CASTING, MARKING_AUDIT, STEP
from sanbao.production.views import audits, cards, lists, weights, work
from sanbao.web import desk, moves, subjects

desk.FIGURES["production"] = lists.waiting
subjects.CLOCKWORK["production"] = subjects.W("生产随行", "Production")
for kind, where in (("card", ""), ("step", "steps/"), ("casting", "castings/"), ("marking_audit", "audits/")):
    notices.PAGES[kind] = f"/production/{where}{{id}}"


def _acts(prefix: str, lifecycle: Lifecycle) -> URLPattern:  # type: ignore[type-arg]
    """The pages of every move of a kind, under a folder of their own."""
    [page] = moves.pages(lifecycle)
    return path(f"{prefix}<int:pk>/do/<slug:move>", page.callback, name=f"{lifecycle.kind}_do")


app_name = "production"
urlpatterns = [
    path("", lists.cards, name="list"),
    path("board", cards.board, name="board"),
    path("scan", cards.scan, name="scan"),
    path("imported", lists.imported, name="imported"),
    path("new", moves.opening(CARD, "start"), name="new"),
    path("adopt", moves.opening(CARD, "adopt"), name="adopt"),
    path("merge", moves.opening(CARD, "merge"), name="merge"),
    path("pick/<slug:what>", cards.pick, name="pick"),
    path("cards.pdf", cards.cards_pdf, name="cards_pdf"),
    path("checks", lists.checks, name="checks"),
    path("checks/<slug:which>", work.check, name="check"),
    path("told", work.told, name="told"),
    path("loads/", weights.loads, name="loads"),
    path("loads/new", work.charge, name="charge"),
    path("loads/<int:pk>", weights.load, name="load"),
    path("heats/", weights.heats, name="heats"),
    path("heats/<int:pk>", weights.heat, name="heat"),
    path("castings/new", moves.opening(CASTING, "cast"), name="cast"),
    path("castings/<int:pk>", weights.casting, name="casting"),
    path("shifts", weights.shifts, name="shifts"),
    path("audits/", audits.audits, name="audits"),
    path("audits/new", moves.opening(MARKING_AUDIT, "begin"), name="audit_new"),
    path("audits/<int:pk>", audits.audit, name="audit"),
    _acts("audits/", MARKING_AUDIT),
    path("steps/<int:pk>", cards.step, name="step"),
    _acts("steps/", STEP),
    path("<int:pk>", cards.card, name="card"),
    path("<int:pk>/card.pdf", cards.card_pdf, name="card_pdf"),
    _acts("", CARD),
]
