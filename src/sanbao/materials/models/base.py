"""Who sees what of the store."""

from __future__ import annotations

from typing import Self

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import SubjectQuerySet


class StoreQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who hold ``materials.see`` see all of the store; nobody else sees any of it."""
        return self.all() if actor.may("materials.see") else self.none()
