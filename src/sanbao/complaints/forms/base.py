"""What every form of a case knows."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.catalog.models import DefectClass
from sanbao.complaints.fields import CaseField
from sanbao.kernel.faces import ActForm
from sanbao.kernel.file_fields import Files
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.words import W


class CaseForm(ActForm):
    """Tells its fields who asks, and shows a chosen row only among the rows of its case."""

    #: Field → the case's rows to choose from.
    rows: dict[str, str] = {}

    def prepare(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, CodeField):
                field.asked_by(self.by)
            elif isinstance(field, (Files, CaseField)):
                field.by = self.by
            if name in self.rows and self.case is not None:
                field.queryset = self.choices(name)

    def choices(self, name: str) -> Any:
        return getattr(self.case, self.rows[name]).all()


def fault(zh: str, en: str) -> forms.ModelChoiceField:
    """A class of the fault tree, by its code."""
    classes = DefectClass.objects.in_use()
    return forms.ModelChoiceField(classes, to_field_name="code", label=W(zh, en), required=False)
