"""Fields of other rooms' forms that name a party."""

from __future__ import annotations

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.form_fields import Typed, wrong
from sanbao.kernel.keeping import InUse
from sanbao.parties.models import Customer
from sanbao.parties.queries import find_customers


class CustomerField(Typed):
    """A customer in use by code, name, part of the name or telephone."""

    def found(self, text: str, by: Actor) -> Customer:
        exact = Customer.objects.visible_to(by).filter(code=code_key(text), state=InUse.IN_USE).first()
        found = [exact] if exact else [c for c in find_customers(text, by=by, limit=5) if c.state == InUse.IN_USE]
        if not found:
            raise wrong("没有客户“{text}”。", "There is no customer “{text}”.", "unknown_customer", text=text)
        if len(found) > 1:
            names = "、".join(f"{c.code} {c.name}" for c in found)
            raise wrong("是哪一个：{names}", "Which one: {names}", "several_customers", names=names)
        return found[0]
