"""Pages of labels. ``12`` is a label, ``12/do/sign`` what is done to it."""

from django.urls import path

from sanbao.goods import queries, scans
from sanbao.goods.lifecycle import LABEL
from sanbao.goods.views import labels, lists
from sanbao.web import desk, moves
from sanbao.web import scans as scanning

desk.FIGURES["labels"] = queries.waiting
scanning.ELSEWHERE.add(LABEL.kind)
scanning.ACTIONS.append(scans.acts)

app_name = "goods"
urlpatterns = [
    path("", lists.index, name="list"),
    path("imported", lists.imported, name="imported"),
    path("sign", lists.sign_many, name="sign_many"),
    path("entry.pdf", lists.store_entry, name="store_entry"),
    path("pack", labels.pack, name="pack"),
    path("pack/scan", labels.scan, name="scan"),
    path("pack/empty", labels.empty, name="empty"),
    path("take-up", labels.take_up, name="take_up"),
    path("repack", labels.repack, name="repack"),
    path("relabellings", lists.relabellings, name="relabellings"),
    path("relabellings/<int:pk>", labels.relabel, name="relabel"),
    path("print", labels.new_print, name="print"),
    path("print/labels", lists.pick, name="pick"),
    path("print/lots", lists.pick_lots, name="pick_lots"),
    path("prints", lists.prints, name="prints"),
    path("prints/<int:pk>", labels.printed, name="printed"),
    path("prints/<int:pk>.pdf", labels.pdf, name="pdf"),
    path("of/<path:code>", labels.of, name="of"),
    path("<int:pk>", labels.label, name="label"),
    *moves.pages(LABEL),
]
