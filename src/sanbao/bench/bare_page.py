"""The raw limit of the web server: bare Django views behind it. ``/`` inserts a row and commits, ``/1`` shows it."""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

TABLE = "bench_row"
PAGE = Engine().from_string("<!doctype html><title>{{ id }}</title><p>{{ text }}</p>")


def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (text) VALUES (%s)", ["三支料划格后整片掉粉。"])
    return HttpResponse(b"{}", content_type="application/json")


def read(request: HttpRequest, pk: int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, text FROM {TABLE} WHERE id = %s", [pk])
        number, text = cursor.fetchone()
    return HttpResponse(PAGE.render(Context({"id": number, "text": text})))


urlpatterns = [path("", insert), path("<int:pk>", read)]


def make() -> None:
    """The table, with one row to be read."""
    key = "bigserial PRIMARY KEY" if connection.vendor == "postgresql" else "INTEGER PRIMARY KEY AUTOINCREMENT"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id {key}, text text NOT NULL)")
        cursor.execute(f"INSERT INTO {TABLE} (text) VALUES (%s)", ["三支料划格后整片掉粉。"])


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


if os.environ.get("SANBAO_BENCH_BARE"):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanbao.settings")
    django.setup()
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    application = get_wsgi_application()
