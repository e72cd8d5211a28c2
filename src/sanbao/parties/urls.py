"""Pages of people and partners. ``customers/12`` is a row, ``customers/12/do/edit`` what is done to it."""

from django.urls import include, path

from sanbao.parties.lifecycle import PERSON
from sanbao.parties.views import lists, pages
from sanbao.web import moves

SHOWN = {
    "customers": pages.customer,
    "dealers": pages.dealer,
    "suppliers": pages.supplier,
    "sites": pages.site,
    "contacts": pages.contact,
    "people": pages.person,
}


def kind(name: str) -> list[object]:
    """The list, the row, the form that opens one, and everything that can be done to it."""
    lifecycle = lists.KINDS[name][0]
    new = pages.handing_out("open") if lifecycle is PERSON else moves.opening(lifecycle)
    patterns = [
        path("", lists.listing(name), name="list"),
        path("new", new, name="new"),
        path("<int:pk>", SHOWN[name], name="row"),
        *(
            path(f"<int:pk>/do/{move}", pages.handing_out(move))
            for move in ("reset_password", "reactivate")
            if lifecycle is PERSON
        ),
        *moves.pages(lifecycle),
    ]
    return [path(f"{name}/", include((patterns, name)))]


app_name = "parties"
urlpatterns = [
    path("", lists.listing("customers"), name="list"),
    path("organisation", pages.organisation, name="organisation"),
    path("<slug:kind>/<int:pk>/contacts/new", pages.new_contact, name="new_contact"),
    path("customers/<int:pk>/sites/new", pages.new_site, name="new_site"),
    *(pattern for name in SHOWN for pattern in kind(name)),
]
