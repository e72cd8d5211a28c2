"""Who sees the work of the shops."""

from __future__ import annotations

from typing import Self

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import SubjectQuerySet


class ProductionQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with the shops see all of it; nobody else sees any."""
        return self.all() if actor.may("production.see") else self.none()
