"""One sheet being taken in, block by block: each with its verdicts and its checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from sanbao.exchange.blocks import Block, Order
from sanbao.exchange.intake import Intake
from sanbao.exchange.kinds import kind_of
from sanbao.exchange.kinds.base import Kind
from sanbao.exchange.models import COUNTS, ImportFile, ImportLine, ImportRun
from sanbao.exchange.outcomes import Result, Verdict, refused, taken
from sanbao.exchange.seen import Once, Seen
from sanbao.kernel.canonical import text_of
from sanbao.kernel.seals import runs_of
from sanbao.kernel.times import now
from sanbao.trace import store

#: Characters kept of a text that is cited in a note.
LONGEST_CITATION = 200


class Taking:
    """A line that repeats an accepted one of the same file is a duplicate; the first may have been refused."""

    def __init__(self, file: ImportFile, intake: Intake) -> None:
        self.file, self.intake = file, intake
        self.kind: Kind = kind_of(file.kind)
        self.once = Once(self.kind.table)
        self.named = self.kind.table.place(self.kind.table.key)
        #: What has only been refused so far; a corrected line may still come.
        self.refused = Seen()

    def order(self, paths: Mapping[str, Path]) -> Order:
        """What the reader is to do, from the checkpoint on."""
        file = self.file
        found = ImportLine.objects.filter(file=file, result=Result.REFUSED).exclude(code="duplicate")
        return Order(
            path=file.attachment.path if file.attachment else paths[file.digest],
            name=file.name,
            sheet=file.sheet,
            table=self.kind.table,
            header_row=file.header_row,
            mapping=file.mapping,
            next_row=file.next_row,
            refused=frozenset(found.values_list("row", flat=True)) if file.next_row else frozenset(),
        )

    def take(self, block: Block) -> None:
        """Write a block and its checkpoint in one transaction; in a rehearsal only the checkpoint stays."""
        if block.before:
            for digest, was_refused in block.history:
                (self.refused.add if was_refused else self.refused.discard)(digest)
            return
        with transaction.atomic():
            with store.writing():
                verdicts = self._verdicts(block)
                if self.intake.rehearsal:
                    transaction.set_rollback(True)
            self._write_down(verdicts, block)

    def _verdicts(self, block: Block) -> list[tuple[int, Verdict]]:
        self.intake.start_chunk(frozenset(self.file.mapping))
        verdicts = list(block.judged)
        self._judge(block, [place for place in range(len(block.numbers)) if place not in block.repeats], verdicts)
        waiting = list(block.repeats)
        while waiting:
            firsts, later, here = [], [], set()
            for place in waiting:
                digest = block.repeats[place]
                if digest in here:
                    later.append(place)
                elif digest in self.refused:
                    here.add(digest)
                    firsts.append(place)
                else:
                    code = str(block.values[place][self.named])
                    verdicts.append((block.numbers[place], refused("duplicate", code=code)))
            self._judge(block, firsts, verdicts)
            waiting = later
        return verdicts

    def _judge(self, block: Block, places: list[int], verdicts: list[tuple[int, Verdict]]) -> None:
        """Let the kind take the lines of these places, which repeat nothing that was accepted."""
        numbers, values = block.numbers, block.values
        found = self.kind.take([(numbers[place], values[place]) for place in places], self.intake) if places else []
        for place, verdict in zip(places, found, strict=True):
            result = verdict[0]
            if result == Result.REFUSED:
                self.refused.add(block.repeats.get(place) or self.once.digest(values[place]))
            else:
                if place in block.repeats:
                    self.refused.discard(block.repeats[place])
                if place in block.gaps and result != Result.UNCHANGED:
                    verdict = taken(*block.gaps[place], *verdict[1])
            verdicts.append((numbers[place], verdict))

    def _write_down(self, verdicts: list[tuple[int, Verdict]], block: Block) -> None:
        file = self.file
        if not self.intake.rehearsal:
            file.made += runs_of(sorted(self.intake.made))
        counts = dict.fromkeys(COUNTS, 0)
        lines = []
        for number, (result, notes) in verdicts:
            counts[result] += 1
            for code, facts in notes:
                lines.append((file.pk, number, str(result), code, _cited(facts)))
        lines.sort(key=itemgetter(1))
        ids = store.allocate(ImportLine, len(lines))
        store.insert(ImportLine, [(id, *line) for id, line in zip(ids, lines, strict=True)], fresh=True)
        moved = {name: F(name) + counts[name] for name in COUNTS}
        ImportFile.objects.filter(pk=file.pk).update(
            read=F("read") + len(verdicts), skipped=F("skipped") + len(block.skipped),
            next_row=block.next_row, complete=block.last, made=file.made, **moved,
        )  # fmt: skip
        ImportRun.objects.filter(pk=file.run_id).update(beat_at=now())
        file.next_row, file.complete = block.next_row, block.last


def _cited(facts: dict[str, Any]) -> str:
    """The facts of a note as JSON; of a long text only its beginning."""
    short = {name: value[:LONGEST_CITATION] if isinstance(value, str) else value for name, value in facts.items()}
    return text_of(short) if short else "{}"
