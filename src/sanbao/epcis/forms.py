"""The form by which a person hands a document in: the page twin of ``POST /epcis/capture``."""

from __future__ import annotations

from django import forms

from sanbao.epcis.models import Behaviour
from sanbao.kernel.words import W


class DocumentForm(forms.Form):
    document = forms.FileField(
        label=W("文件", "Document"),
        help_text=W("EPCISDocument 或 EPCISQueryDocument，JSON-LD", "EPCISDocument or EPCISQueryDocument, JSON-LD"),
    )
    behaviour = forms.ChoiceField(
        label=W("有事件不对时", "If an event is wrong"), choices=Behaviour.pairs, initial=Behaviour.ROLLBACK.value
    )
