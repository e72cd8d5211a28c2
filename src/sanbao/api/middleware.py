"""Who calls the API, how often, and whether this very POST was already answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from sanbao.api.models import Answer, Token
from sanbao.api.problems import CONTENT_TYPE, as_problem, problem, said
from sanbao.kernel import outlasting, rows
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.rates import Rate
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of

API, EPCIS = "/api/v1/", "/epcis/"
MACHINES = (API, EPCIS)
#: What the EPCIS standard calls a refusal that was made before its endpoints were reached.
EXCEPTIONS = {401: "SecurityException", 403: "SecurityException", 413: "CaptureLimitExceededException"}
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
Next = Callable[[HttpRequest], HttpResponse]


class TokenMiddleware:
    """``Authorization: Bearer sb_…`` makes the actor; wrong or expired keys are refused and counted."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.calls = Rate(settings.API_CALLS_PER_MINUTE)
        self.failures = Rate(settings.API_FAILURES_PER_MINUTE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(MACHINES):
            return self.get_response(request)
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            origin = request.META.get("REMOTE_ADDR", "")
            token = rows.first(Token, digest=digest(key.strip()))
            person = rows.first(Person, pk=token.person_id) if token else None
            if token is None or person is None or not (token.valid and person.is_active):
                # Behind a proxy all share one address: who holds a good key is not kept out by who guesses.
                return problem(invalid_token()) if self.failures.count(origin) else too_many(self.failures)
            if not self.calls.count(token.subject):
                return too_many(self.calls)
            self._seen(token)
            request.actor = actor_of(person, origin=f"{token.subject}@{origin}")  # type: ignore[attr-defined]
            request.by_token = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def _seen(self, token: Token) -> None:
        """When it was last used, to the hour: not a write per call."""
        if token.used_at is None or now() - token.used_at > timedelta(hours=1):
            Token.objects.filter(pk=token.pk).update(used_at=now())


def invalid_token() -> Refusal:
    return Refusal("token_invalid", W("令牌无效或已过期。", "The token is not valid or has expired."), "M-02", 401)


class ProblemMiddleware:
    """What goes wrong outside an endpoint is told to a program in the one shape too: no such address, wrong method."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 400 and request.path.startswith(EPCIS):
            return in_the_standards_words(response)
        if response.status_code < 400 or not request.path.startswith(API):
            return response
        if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        return as_problem(response, said(response.status_code))


def in_the_standards_words(response: HttpResponse) -> HttpResponse:
    """A refusal by token, rate or key, with the type that the EPCIS standard gives it."""
    if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE) and not response.streaming:
        told = json.loads(response.content)
        if not str(told.get("type", "")).startswith("epcisException:"):
            name = EXCEPTIONS.get(response.status_code)
            name = name or ("ValidationException" if response.status_code < 500 else "ImplementationException")
            response.content = json.dumps(told | {"type": f"epcisException:{name}"}, ensure_ascii=False).encode()
    return response


class IdempotencyMiddleware:
    """The same ``Idempotency-Key`` by the same actor is done once; its answer is kept in the act's transaction.

    Pages too: a scan that was made without network is sent again until it is answered (convention 37).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        actor = getattr(request, "actor", None)
        if not key or actor is None or request.method not in CHANGING:
            return self.get_response(request)
        if len(key) > 200:
            sentence = W("幂等键最长 200 个字符。", "A key has at most 200 characters.")
            return problem(Refusal("idempotency_key_long", sentence, "", 422))
        try:
            asked = fingerprint(request)
        except RequestDataTooBig:
            if request.path.startswith(EPCIS):
                # A document of events may be long; what is in it is taken once however often it is sent.
                return self.get_response(request)
            return problem(said(413))
        except MultiPartParserError:
            return problem(said(400))
        try:
            with outlasting.undone_by_refusals() as kept:
                response, undone = self._answered(request, actor.ref, key, asked)
            if undone:
                outlasting.write_again(kept)
            return response
        except IntegrityError:
            # This request was answered before, or its twin committed while we waited for it.
            known = Answer.objects.filter(actor=actor.ref, key=key).first()
            if known is None:
                raise
            return again(known, asked)

    def _answered(self, request: HttpRequest, actor: str, key: str, asked: str) -> tuple[HttpResponse, bool]:
        """The answer, and whether it undid everything that was written for it."""
        with transaction.atomic():
            row = rows.insert(Answer(actor=actor, key=key, request=asked))
            response = self.get_response(request)
            if response.status_code >= 300 or response.streaming:
                transaction.set_rollback(True)
                return response, True
            row.status, row.body = response.status_code, bytes(response.content)
            row.content_type = response.headers.get("Content-Type", "")
            rows.update(row, ["status", "body", "content_type"])
            return response, False


def again(known: Answer, asked: str) -> HttpResponse:
    if known.request != asked:
        sentence = W("这个幂等键已用于另一个请求。", "This Idempotency-Key was used for another request.")
        return problem(Refusal("idempotency_key_reused", sentence, "", 422))
    response = HttpResponse(bytes(known.body), status=known.status, content_type=known.content_type)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def fingerprint(request: HttpRequest) -> str:
    """What was asked: method, path, body; of an upload its fields and files, whatever stands between them."""
    body: Any = None
    if request.content_type == "multipart/form-data":
        files = [[name, [[file.name, _content(file)] for file in sent]] for name, sent in request.FILES.lists()]
        body = [sorted(request.POST.lists()), sorted(files)]
    else:
        body = hashlib.sha256(request.body).hexdigest()
    return digest(text_of([request.method, request.get_full_path(), body]))


def _content(file: UploadedFile) -> str:
    """The hash of a file's content, read in pieces; it is left at its beginning."""
    hasher = hashlib.sha256()
    for chunk in file.chunks():
        hasher.update(chunk)
    file.seek(0)
    return hasher.hexdigest()


def too_many(rate: Rate) -> HttpResponse:
    sentence = W("请求过于频繁，请稍候。", "Too many requests; wait a little.")
    response = problem(Refusal("too_many_requests", sentence, "", 429, facts={"per_minute": rate.most}))
    response.headers["Retry-After"] = "60"
    return response
