"""Questions get names, and partners have themselves called when there are new answers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from sanbao.epcis import questions
from sanbao.epcis.answering import VALID, opened
from sanbao.epcis.models import Event, NamedQuery, SpentToken, Subscription
from sanbao.epcis.standard.schedules import NoSchedule, Schedule
from sanbao.epcis.standard.times import NoMoment, moment
from sanbao.epcis.standard.writing import DIGITAL_LINK, dumps
from sanbao.kernel import journal, outside
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W

_NAME = re.compile(r"[A-Za-z0-9_.~-]{1,120}")
_FIELDS = {"dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime", "epcFormat"}


def define(*, by: Actor, name: Any, query: Any) -> NamedQuery:
    """Give a question a name. Refuses a name that is taken (409) and a question that cannot be asked."""
    by.need("epcis.query", clause="M-02")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        sentence = W(
            "查询名只能用字母、数字和 _ . ~ -，最长 120 个。",
            "A name is made of letters, digits and _ . ~ -, at most 120.",
        )
        _wrong("epcis.query_name", sentence, "name")
    if not isinstance(query, dict):
        _wrong("epcis.query_missing", W("须给出 query 对象。", "A query object must be given."), "query")
    text = dumps(query)
    questions.of_text(text)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = NamedQuery.objects.create(name=name, query=text, made_by=by.ref)
        except IntegrityError as error:
            sentence = W("查询名“{name}”已被使用。", "The name “{name}” is taken.")
            raise Refusal("epcis.query_exists", sentence, "T-14", 409, "name", {"name": name}) from error
        facts = {"name": name, "query": digest(text)}
        journal.append(subject=row.subject, action="epcis.query_defined", by=by, clause="T-14", facts=facts)
    return row


def forget(query: NamedQuery, *, by: Actor) -> None:
    """Remove a named question, and everybody who is called for it."""
    _may_change(query.made_by, by)
    with transaction.atomic():
        facts = {"name": query.name, "subscriptions": query.subscriptions.count()}
        journal.append(subject=query.subject, action="epcis.query_removed", by=by, clause="T-14", facts=facts)
        query.delete()


def subscribe(query: NamedQuery, data: Mapping[str, Any], *, by: Actor) -> Subscription:
    """Be called when the question has new answers: at every capture (``stream``), or by a ``schedule``."""
    by.need("epcis.subscribe", clause="M-02")
    if unknown := sorted(set(data) - _FIELDS):
        _wrong(
            "epcis.subscription_field",
            W("没有字段“{name}”。", "There is no field “{name}”."),
            unknown[0],
            name=unknown[0],
        )
    dest, token = data.get("dest"), data.get("signatureToken", "")
    if not isinstance(dest, str) or len(dest) > 500:
        _wrong("epcis.subscription_dest", W("须给出 dest 地址。", "A dest address must be given."), "dest")
    if not isinstance(token, str) or len(token) > 200:
        _wrong(
            "epcis.subscription_token",
            W("signatureToken 最长 200 个字符。", "signatureToken has at most 200 characters."),
            "signatureToken",
        )
    outside.check(str(dest))
    stream, schedule = _when(data)
    started = _moment(data)
    seen = Event.objects.filter(record_time__lt=started).aggregate(last=Max("pk"))["last"] or 0
    with transaction.atomic():
        row = Subscription.objects.create(
            query=query,
            dest=dest,
            signature_token=token or secrets.token_hex(20),
            stream=stream,
            schedule=data.get("schedule") or {},
            report_if_empty=_flag(data, "reportIfEmpty"),
            epc_format=_format(data),
            initial_record_time=started,
            min_record_time=started,
            made_by=by.ref,
            seen=seen,
            next_at=next_time(schedule, now()) if schedule else None,
        )
        facts = {"subscription": row.pk, "dest": dest, "stream": stream}
        journal.append(subject=row.subject, action="epcis.subscribed", by=by, clause="T-14", facts=facts)
    return row


def unsubscribe(row: Subscription, *, by: Actor) -> None:
    """Nobody is called any more."""
    _may_change(row.made_by, by)
    with transaction.atomic():
        facts = {"subscription": row.pk, "dest": row.dest}
        journal.append(subject=row.subject, action="epcis.unsubscribed", by=by, clause="T-14", facts=facts)
        row.delete()


def spend(token: str, *, by: Actor) -> None:
    """Give a page token back: it leads nowhere any more."""
    by.need("epcis.query", clause="M-02")
    opened(token)
    SpentToken.objects.get_or_create(digest=digest(token), defaults={"until": now() + VALID})


def next_time(schedule: Schedule, after: datetime) -> datetime | None:
    """The next time on the factory's clock."""
    found = schedule.after(local(after).replace(tzinfo=None))
    return found.replace(tzinfo=local(after).tzinfo) if found else None


def _may_change(made_by: str, by: Actor) -> None:
    """Who made it may take it away; so may who runs the house's webhooks."""
    by.need("epcis.query", clause="M-02")
    if made_by != by.ref:
        by.need("webhooks.manage", clause="M-02")


def _when(data: Mapping[str, Any]) -> tuple[bool, Schedule | None]:
    stream, fields = _flag(data, "stream"), data.get("schedule")
    if stream == (fields is not None):
        sentence = W("stream: true 与 schedule 须且只能给一个。", "Give either stream: true or a schedule, not both.")
        _wrong("epcis.subscription_when", sentence, "schedule")
    if fields is None:
        return True, None
    try:
        if not isinstance(fields, dict):
            raise NoSchedule("")
        return False, Schedule.of(fields)
    except NoSchedule as error:
        sentence = W("日程{field}读不懂，或永远不会到。", "The schedule{field} cannot be read, or never comes.")
        field = f" {error.field}" if error.field else ""
        raise Refusal("epcis.subscription_schedule", sentence, "T-14", 400, "schedule", {"field": field}) from error


def _moment(data: Mapping[str, Any]) -> datetime:
    text = data.get("initialRecordTime")
    if text is None:
        return now()
    try:
        return moment(text if isinstance(text, str) else "")
    except NoMoment as error:
        sentence = W("initialRecordTime 须为带时区的时刻。", "initialRecordTime must be a moment with a time zone.")
        raise Refusal("epcis.subscription_time", sentence, "T-14", 400, "initialRecordTime") from error


def _flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        _wrong(
            "epcis.subscription_flag",
            W("{name} 须为 true 或 false。", "{name} must be true or false."),
            name,
            name=name,
        )
    return bool(value)


def _format(data: Mapping[str, Any]) -> str:
    value = data.get("epcFormat", "")
    if value not in ("", "No_Preference", "Never_Translates", DIGITAL_LINK):
        sentence = W("EPC 只能原样或译为 Digital Link。", "EPCs are given as they are, or as Digital Links.")
        _wrong("epcis.epc_format", sentence, "epcFormat")
    return str(value)


def _wrong(code: str, sentence: W, field: str, **facts: Any) -> None:
    refuse(code, sentence, clause="T-14", status=400, field=field, **facts)
