"""Every address of the house, gathered from the rooms that exist."""

from importlib.util import find_spec

from django.urls import include, path

#: Room → where its pages stand. A room without pages has no urls.py.
ROOMS = {
    "web": "",
    "parties": "parties/",
    "catalog": "catalog/",
    "trace": "trace/",
    "materials": "materials/",
    "production": "production/",
    "goods": "goods/",
    "dispatch": "dispatch/",
    "inspection": "inspection/",
    "knowledge": "knowledge/",
    "complaints": "complaints/",
    "signals": "signals/",
    "mail": "mail/",
    "claims": "claims/",
    "processing": "processing/",
    "returns": "returns/",
    "tallies": "tallies/",
    "letters": "letters/",
    "nonconformity": "nonconformity/",
    "corrective": "corrective/",
    "recall": "recalls/",
    "exchange": "exchange/",
    "epcis": "",
    "api": "api/",
    "portal": "",
}

urlpatterns = [path("accounts/", include("sanbao.web.doors"))] + [
    path(prefix, include(f"sanbao.{room}.urls")) for room, prefix in ROOMS.items() if find_spec(f"sanbao.{room}.urls")
]
