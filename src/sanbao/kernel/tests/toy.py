"""A lamp: the smallest subject with a lifecycle, so that the kernel is tested without a room."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db import models

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import NEW, STAY, Lifecycle, Move, Step, Subject, SubjectQuerySet
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import Vocabulary, W


class State(Vocabulary):
    OFF = "off", "关", "Off"
    ON = "on", "开", "On"


class LampQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(hidden=False) if not actor.all_powerful else self


class Lamp(Subject):
    KIND = "lamp"

    label = models.CharField(max_length=40, default="")
    owner = models.CharField(max_length=40, default="")
    hidden = models.BooleanField(default=False)
    objects = LampQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        db_table = "test_lamp"


LAMP: Lifecycle[Lamp] = Lifecycle(
    "lamp",
    "kernel.Lamp",
    title=W("灯", "lamp"),
    states=State,
    tracked=("label", "owner"),
    searched=lambda lamp: [lamp.label],
    moves={
        "open": Move(NEW, State.OFF, permission="lamps.make", clause="X-01", title=W("登记", "Register")),
        "light": Move([State.OFF], State.ON, permission="lamps.light", clause="X-02", title=W("点亮", "Light")),
        "name": Move(State, STAY, permission="lamps.light", clause="X-03", title=W("命名", "Name"), always=True),
    },
)


@LAMP.guard
def has_owner(lamp: Lamp, name: str, move: Move, by: Actor) -> None:
    if not lamp.owner:
        refuse("lamp.ownerless", W("没有负责人。", "It has no owner."), clause="X-04")


def make(by: Actor, **initial: Any) -> Lamp:
    with LAMP.opening(by=by, **initial) as step:
        pass
    return step.case


def light(lamp: Lamp | int, *, by: Actor, expect: int | None = None) -> Lamp:
    with LAMP.move("light", lamp, by=by, expect=expect) as step:
        pass
    return step.case


def name(lamp: Lamp | int, label: str, *, by: Actor, expect: int | None = None) -> Step[Lamp]:
    with LAMP.move("name", lamp, by=by, expect=expect) as step:
        step.case.label = label
    return step


# Collecting the tests imports this file: the lamp must not be taken for one of the house's subjects. The fixture
# ``lamps`` brings it back for the length of one test.
Lifecycle.registry.pop("lamp")
apps.all_models["kernel"].pop("lamp")
apps.clear_cache()
