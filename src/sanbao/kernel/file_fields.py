"""The field by which a form takes files: uploads named by their ids, or the files themselves where no script ran."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from sanbao.kernel import attachments
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W

_UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class FilesWidget(forms.Widget):
    """The drop zone; it names what it has uploaded by id, and without script sends the files themselves."""

    needs_multipart_form = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string("web/parts/attachments.html", {"name": name})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        ids = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        sent = files.getlist(name) if hasattr(files, "getlist") else []
        return [*ids, *sent]


class Files(forms.MultipleChoiceField):
    """Attachments of the actor that belong to nothing yet; the action binds them to the case."""

    widget = FilesWidget

    def __init__(self, **more: Any) -> None:
        super().__init__(label=W("附件", "Files"), **{"required": False, **more})  # type: ignore[arg-type]
        self.by: Actor | None = None

    def clean(self, value: Any) -> list[attachments.Attachment]:
        assert self.by is not None, "the form says who asks"
        ids = [part for part in value or [] if isinstance(part, str) and part]
        sent = [part for part in value or [] if not isinstance(part, str)]
        if not all(_UUID.fullmatch(part) for part in ids):
            sentence = W("附件须用上传后得到的编号指明。", "Name an attachment by the id of its upload.")
            raise forms.ValidationError(sentence, code="unknown_attachment")  # type: ignore[arg-type]
        return [*attachments.unclaimed(ids, by=self.by), *(attachments.store(file, by=self.by) for file in sent)]
