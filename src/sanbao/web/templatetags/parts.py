"""The small parts of a page: ``{% load parts %}``. Each is described in docs/reference/components.md."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString

from sanbao.kernel import notices, times
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies.base import EPOCH
from sanbao.kernel.words import W
from sanbao.web import saying
from sanbao.web.markup import format_html

register = template.Library()


@register.simple_tag
def icon(name: str, label: Any = "") -> SafeString:
    """An icon of the sprite; without a label it is hidden from screen readers."""
    if label:
        href = f"{static('web/icons.svg')}#{name}"
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return _silent(name)


@lru_cache(maxsize=512)
def _silent(name: str) -> SafeString:
    href = f"{static('web/icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def pill(text: Any, kind: str = "") -> SafeString:
    """A state in a rounded box. ``kind``: run, late, soon, fine, hold or nothing."""
    return format_html('<span class="pill {}">{}</span>', kind, text)


@register.simple_tag
def grade(letter: str, provisional: bool = False, small: bool = False) -> SafeString:
    """Grade A to D in its square; a provisional grade has a dashed border and says so."""
    if not letter:
        return SafeString("")
    words = W("暂定 {letter} 级", "Provisional grade {letter}") if provisional else W("{letter} 级", "Grade {letter}")
    classes = f"grade {letter}{' provisional' if provisional else ''}{' small' if small else ''}"
    said = words.format(letter=letter)
    return format_html('<span class="{}" title="{}" role="img" aria-label="{}">{}</span>', classes, said, said, letter)


@register.simple_tag
def when(at: datetime | date | None) -> SafeString:
    """A moment or a day as people say it, the exact one in the tooltip."""
    if at is None:
        return SafeString('<span class="muted">—</span>')
    if isinstance(at, datetime):
        local = times.local(at)
        exact, iso, words = f"{local:%Y-%m-%d %H:%M:%S}", local.isoformat(), saying.moment(at)
    else:
        exact, iso, words = f"{at:%Y-%m-%d}", at.isoformat(), saying.day(at)
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, exact, words)


@register.simple_tag
def due(at: datetime | None, stopped: datetime | None = None, paused: bool = False) -> SafeString:
    """A due moment by word, icon and colour; the exact one in the tooltip."""
    shown = saying.due(at, stopped=stopped, paused=paused)
    exact = f"{times.local(at):%Y-%m-%d %H:%M}" if at else ""
    mark = format_html("{} ", icon(shown.icon)) if shown.icon else ""
    return format_html('<span class="due {}" title="{}">{}{}</span>', shown.kind, exact, mark, shown.words)


@register.simple_tag
def code(text: Any, copy: bool = False) -> SafeString:
    """A number or label in fixed width; with ``copy`` a button that copies it (also the key ``.``)."""
    if not copy:
        return format_html('<span class="no">{}</span>', text)
    title = W("复制编号（按 .）", "Copy the number (press .)")
    return format_html(
        '<button type="button" class="no" data-copy="{}" title="{}">{} {}</button>', text, title, text, icon("copy")
    )


@register.simple_tag
def clause(number: str) -> SafeString:
    """``依据 C-06``, linked to the clause's text."""
    if not number:
        return SafeString("")
    words = W("依据 {number}", "Clause {number}", number=number)
    return format_html('<a class="ref" href="{}#{}">{}</a>', place("web:procedures"), number, words)


@register.simple_tag
def renewed_by_scans(address: str, part: str) -> SafeString:
    """Attributes of an element whose only child is renewed from ``address`` after every scan.

    The element itself stays: a renewal that is asked for while another is on its way is meant for what still stands.
    """
    return format_html(
        'hx-get="{}" hx-trigger="scan:answered from:body, scans:answered from:document" hx-target="this" '
        'hx-select="{}" hx-swap="innerHTML" hx-sync="this:queue last"',
        address,
        part,
    )


@register.simple_tag
def place(name: str, *args: Any) -> str:
    """The address of a named page, or nothing when the room is not built in: a link may then be left out."""
    try:
        return reverse(name, args=args) if args else _address(name, get_script_prefix(), get_urlconf())
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=512)
def _address(name: str, prefix: str, urlconf: str | None) -> str:
    """The rail alone asks for fifty of these on every page."""
    return reverse(name, urlconf)


@register.filter
def filesize(count: int) -> str:
    return saying.size(count)


@register.filter
def role(pattern: str) -> str:
    """质检科 for ``qc.*``; the pattern itself when the house does not know it."""
    from sanbao.web.subjects import role as title

    return title(pattern) or pattern


@register.filter
def who(ref: str) -> str:
    """The name behind ``person:12``, ``clockwork:clocks``, ``token:3``."""
    from sanbao.web.subjects import who as name

    return name(ref) if ref else "—"


@register.filter
def changes(acts: list[dict[str, Any]]) -> Any:
    """Acts of a refused stale save with what they changed, in words."""
    from sanbao.web.subjects import changes as told

    return told(acts)


@register.filter
def link(subject: str) -> str:
    """The page of ``complaint:12``, for a list in which each subject is somebody's own."""
    return notices.link(subject)


@register.filter
def iso(text: str) -> Any:
    """A moment that was written into facts, as people say it."""
    return saying.moment(datetime.fromisoformat(text))


@register.filter
def since(on: date) -> Any:
    """From which day; what was shipped holds from the beginning."""
    return W("自始", "from the beginning") if on <= EPOCH else W("自 {day}", "from {day}", day=on.isoformat())


@register.filter
def state(case: Any) -> Any:
    """The title of a subject's state, from its lifecycle."""
    return Lifecycle.registry[case.KIND].states.title_of(case.state)


def dress(bound: BoundField) -> SafeString:
    """A form field's widget with our classes, and tied to its hint and errors for screen readers."""
    widget, attrs = bound.field.widget, {}
    if isinstance(widget, (CheckboxSelectMultiple, RadioSelect)):
        return bound.as_widget()
    if isinstance(widget, CheckboxInput):
        attrs["class"] = "form-check-input"
    elif isinstance(widget, Select):
        attrs["class"] = "form-select"
    else:
        attrs["class"] = "form-control"
    attrs["class"] = f"{attrs['class']} {widget.attrs.get('class', '')}".strip()
    about = [f"{bound.auto_id}_hint"] if bound.help_text else []
    if bound.errors:
        attrs["aria-invalid"] = "true"
        about.append(f"{bound.auto_id}_error")
    if about:
        attrs["aria-describedby"] = " ".join(about)
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, wide: bool = False, focus: bool = False, hint: bool = True) -> dict[str, Any]:
    """One field: label, widget, hint, errors (each with its clause)."""
    widget = bound.field.widget
    if focus:
        widget.attrs["autofocus"] = True
    if not hint:
        bound.help_text = ""
    return {
        "bound": bound,
        "widget": dress(bound),
        "group": isinstance(widget, (CheckboxSelectMultiple, RadioSelect)),
        "single": isinstance(widget, CheckboxInput),
        "wide": wide or widget.needs_multipart_form or widget.attrs.get("rows"),
        "errors": [(error, clause_of(bound, error)) for error in bound.errors],
    }


def clause_of(bound: BoundField, message: str) -> str:
    """The clause that an error stands on, when it came from a refusal (its code is ``refusal:C-06``)."""
    for error in bound.form.errors.as_data().get(bound.name, []):
        if message in error.messages and (error.params or {}).get("clause"):
            return str(error.params["clause"])
    return ""


@register.inclusion_tag("web/parts/fields.html")
def fields(form: Any) -> dict[str, Any]:
    """All visible fields of a form in two columns (one on a phone), then the hidden ones."""
    return {"form": form}
