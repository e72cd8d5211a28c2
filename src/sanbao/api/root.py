"""The root of the REST API: ``/api/v1``, described at ``/api/v1/openapi.json``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from ninja import NinjaAPI

from sanbao.api import problems
from sanbao.api.auth import HouseAuth
from sanbao.api.parsing import HouseParser

DESCRIPTION = """三包 Sanbao: every operation is the twin of a page over the same action.

Errors are `application/problem+json` with `code`, `clause`, `facts` and, for bad input, `field` and `errors`.
Send `Accept-Language: zh-hans` or `en`. Send `Idempotency-Key` with every POST: a repetition is answered again and
does nothing twice. Lists take `page` and `per_page` (at most 200)."""

api = NinjaAPI(
    title="三包 Sanbao",
    version="1",
    description=DESCRIPTION,
    auth=HouseAuth(),
    parser=HouseParser(),
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)

#: Where each room's operations stand. A room says what it offers in ``api.py`` as ``routers = {path: router}``.
ROOMS = (
    "parties",
    "catalog",
    "epcis",  # before the trace, whose addresses take any number
    "trace",
    "materials",
    "production",
    "goods",
    "dispatch",
    "inspection",
    "knowledge",
    "complaints",
    "signals",
    "mail",
    "claims",
    "processing",
    "returns",
    "tallies",
    "letters",
    "nonconformity",
    "corrective",
    "recall",
    "exchange",
    "portal",
)
OWN = ("house", "record", "rule_tables", "scans")
MODULES = [f"sanbao.api.{part}" for part in OWN] + [f"sanbao.{room}.api" for room in ROOMS]

for module in MODULES:
    if find_spec(module):
        for path, router in import_module(module).routers.items():
            api.add_router(path, router)
