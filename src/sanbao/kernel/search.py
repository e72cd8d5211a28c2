"""The search index: CJK bigrams and whole codes, written in the transaction of the act (both databases).

Tokens are made here, not by the database, so that SQLite (FTS5) and PostgreSQL (GIN over a tsvector)
find the same: every two-character word and every code. Each token is stored as hexadecimal, because
neither database then splits or folds it its own way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from sanbao.kernel import rows

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[0-9A-Z]+(?:[-./][0-9A-Z]+)*")
_PART = re.compile(r"[0-9A-Z]+")
#: Longer codes are found by so many first characters: PostgreSQL takes no word of more than 2 kB.
LONGEST = 80
_INSERT = {
    "postgresql": "INSERT INTO kernel_search_index (doc_id, words) "
    "VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))",
    "sqlite": "INSERT INTO kernel_search_index (rowid, words) VALUES (%s, %s)",
}


class SearchDoc(models.Model):
    """One searchable thing; its tokens lie beside it in ``kernel_search_index``."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()

    class Meta:
        db_table = "kernel_search_doc"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_doc_once")]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def tokens(text: str) -> set[str]:
    """What a text is found by: bigrams and single characters of Chinese runs, codes whole and in parts."""
    found: set[str] = set()
    for run in _RUN.findall(_fold(text)):
        if run[0] >= "\u3400":
            found.update(run)
            found.update(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.add(run[:LONGEST])
            found.update(part[:LONGEST] for part in _PART.findall(run))
    return found


def asked(words: str) -> list[tuple[str, bool]]:
    """What a query asks for: (token, whether a longer code that begins so will do)."""
    wanted: dict[str, bool] = {}
    for run in _RUN.findall(_fold(words)):
        if run[0] < "\u3400":
            wanted[run[:LONGEST]] = True
        elif len(run) == 1:
            wanted[run] = False
        else:
            wanted.update({run[i : i + 2]: False for i in range(len(run) - 1)})
    return list(wanted.items())


def _hex(token: str) -> str:
    return "x" + token.encode().hex()


def _line(texts: Iterable[str]) -> str:
    return " ".join(sorted({_hex(token) for text in texts if text for token in tokens(text)}))


def write(kind: str, object_id: int, texts: Iterable[str]) -> None:
    """Replace what a thing is found by."""
    write_many(kind, {object_id: texts})


def begin(kind: str, object_id: int, texts: Iterable[str]) -> None:
    """What a thing that has just come into being is found by: two statements, no question."""
    with transaction.atomic(savepoint=False):
        doc = rows.insert(SearchDoc(kind=kind, object_id=object_id))
        with connection.cursor() as cursor:
            cursor.execute(_INSERT[connection.vendor], [doc.pk, _line(texts)])


def write_many(kind: str, texts_of: Mapping[int, Iterable[str]]) -> None:
    """Replace what many things of a kind are found by, without a query for each."""
    lines = {pk: _line(texts) for pk, texts in texts_of.items()}
    with transaction.atomic(savepoint=False):
        SearchDoc.objects.bulk_create(
            [SearchDoc(kind=kind, object_id=pk) for pk in lines], ignore_conflicts=True, batch_size=500
        )
        docs = dict(SearchDoc.objects.filter(kind=kind, object_id__in=lines).values_list("object_id", "pk"))
        written = [(docs[pk], line) for pk, line in lines.items()]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                update = " ON CONFLICT (doc_id) DO UPDATE SET words = excluded.words"
                cursor.executemany(_INSERT[connection.vendor] + update, written)
            else:
                cursor.executemany("DELETE FROM kernel_search_index WHERE rowid = %s", [(doc,) for doc, _ in written])
                cursor.executemany(_INSERT[connection.vendor], written)


def matching(kind: str, words: str) -> models.QuerySet[SearchDoc, int]:
    """Ids of the things of a kind that hold every asked word, for ``filter(pk__in=…)`` beside ``visible_to``."""
    return _holding(words).filter(kind=kind).values_list("object_id", flat=True)


def kinds(words: str) -> set[str]:
    """Of which kinds there is anything that holds every asked word; whether it may be seen is another question."""
    return set(_holding(words).order_by().values_list("kind", flat=True).distinct())


def _holding(words: str) -> models.QuerySet[SearchDoc]:
    docs = SearchDoc.objects.all()
    wanted = asked(words)
    if not wanted:
        return docs.none()
    if connection.vendor == "postgresql":
        query = " & ".join(_hex(t) + (":*" if prefix else "") for t, prefix in wanted)
        held = "SELECT doc_id FROM kernel_search_index WHERE words @@ %s::tsquery"
    else:
        query = " ".join(_hex(t) + ("*" if prefix else "") for t, prefix in wanted)
        held = "SELECT rowid FROM kernel_search_index WHERE kernel_search_index MATCH %s"
    return docs.filter(pk__in=RawSQL(held, [query]))
