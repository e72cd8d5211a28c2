"""Pages of the catalogue. ``products/12`` is a row, ``products/12/do/edit`` what is done to it."""

from django.urls import include, path

from sanbao.catalog import scans, views
from sanbao.web import moves
from sanbao.web import scans as scanning

scanning.RESOLVERS["products"] = scans.find

SHOWN = {"products": views.product, "materials": views.material, "warranties": views.warranty}


def kind(name: str) -> object:
    """The list, the row, the form that opens one, and everything that can be done to it."""
    lifecycle = views.KINDS[name][0]
    patterns = [
        path("", views.listing(name), name="list"),
        path("new", moves.opening(lifecycle), name="new"),
        path("<int:pk>", SHOWN[name], name="row"),
        *moves.pages(lifecycle),
    ]
    return path(f"{name}/", include((patterns, name)))


app_name = "catalog"
urlpatterns = [
    path("", views.listing("products"), name="list"),
    path("defects", views.defects, name="defects"),
    path("defects/new", views.new_defect, name="new_defect"),
    path("defects/<int:pk>", views.edit_defect, name="edit_defect"),
    *(kind(name) for name in SHOWN),
]
