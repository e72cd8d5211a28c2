"""Who acts: a person, a token, a customer, a supplier, a device, the clockwork; never nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts, with what he may do. Built from a person by ``parties.queries.actor_of``.

    ``ref`` is what the journal keeps (``person:12``); a name never enters it, so that it can be erased.
    ``roles`` are ``department.post`` pairs that hold today, substitutes included. ``fresh`` says that the person
    proved who he is a moment ago, which a signature asks for.
    """

    kind: str
    ref: str
    person_id: int | None = None
    roles: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    origin: str = ""
    language: str = "zh-hans"
    all_powerful: bool = False
    fresh: bool = False

    @classmethod
    def clockwork(cls, name: str) -> Actor:
        """The house itself: the clocks, an import, a migration. It has a name and may do everything."""
        return cls("clockwork", f"clockwork:{name}", origin="clockwork", all_powerful=True)

    def may(self, permission: str) -> bool:
        return self.all_powerful or permission in self.permissions

    def plays(self, pattern: str) -> bool:
        """Whether one of the actor's roles matches ``qc.*``, ``*.gm``, ``sales``, or his ``person:12``."""
        if pattern.startswith("person:"):
            return pattern == self.ref or pattern == f"person:{self.person_id}"
        if "." not in pattern and "*" not in pattern:
            return pattern in self.departments
        return any(fnmatchcase(role, pattern) for role in self.roles)

    def need(self, permission: str, *, clause: str = "M-02") -> None:
        """Refuse with 403 unless the actor holds the permission."""
        if not self.may(permission):
            refuse(
                "not_permitted",
                W(
                    "您的岗位没有“{permission}”的权限。",
                    "Your post does not hold the permission “{permission}”.",
                ),
                clause=clause or "M-02",
                status=403,
                permission=permission,
            )

    def at(self, origin: str) -> Actor:
        return replace(self, origin=origin)
