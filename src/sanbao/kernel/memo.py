"""What one request or act asks for again and again and what cannot change under it, asked for once.

Outside such a span nothing is remembered: a worker that runs for weeks must see what others have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_HELD: ContextVar[dict[Hashable, Any] | None] = ContextVar("memo", default=None)


@contextmanager
def span() -> Iterator[None]:
    """From here to the end of the block, answers given to :func:`once` hold; a span within a span is part of it."""
    if _HELD.get() is not None:
        yield
        return
    token = _HELD.set({})
    try:
        yield
    finally:
        _HELD.reset(token)


def once[T](key: Hashable, ask: Callable[[], T]) -> T:
    """The answer, asked for at most once in the span."""
    held = _HELD.get()
    if held is None:
        return ask()
    if key not in held:
        held[key] = ask()
    answer: T = held[key]
    return answer


def forget(key: Hashable) -> None:
    """Whoever changes what others may have asked for says so."""
    held = _HELD.get()
    if held is not None:
        held.pop(key, None)


@contextmanager
def undone() -> Iterator[None]:
    """Around a transaction: what was asked within it is forgotten when it is taken back."""
    try:
        yield
    except BaseException:
        held = _HELD.get()
        if held is not None:
            held.clear()
        raise


class SpanMiddleware:
    """A request is one span."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        with span():
            return self.get_response(request)
