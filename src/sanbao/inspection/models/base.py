"""Who sees what the room of inspection keeps."""

from __future__ import annotations

from typing import Self

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import SubjectQuerySet


class InspectionQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with samples see all of them; nobody else sees any."""
        return self.all() if actor.may("inspection.see") else self.none()
