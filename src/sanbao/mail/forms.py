"""What the tray and the letters ask, for page and API alike."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints import queries as complaints
from sanbao.complaints.models import Complaint, Source
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import line, words
from sanbao.kernel.kept_forms import CodeField, CodeInput
from sanbao.kernel.words import W
from sanbao.mail import actions, queries, rules
from sanbao.mail.lifecycle import LETTER, MAIL
from sanbao.mail.models import LetterKind, MailItem
from sanbao.parties.models import Customer


class CaseNumber(forms.CharField):
    """A case by its number, also without the prefix, or by words that one case holds; only what the actor may see."""

    widget = CodeInput
    by: Actor | None = None

    def clean(self, value: Any) -> Complaint | None:
        text = super().clean(value)
        if not text or self.by is None:
            return None
        if case := complaints.numbered(self.by, code_key(text)):
            return case
        seen = Complaint.objects.visible_to(self.by).filter(pk__in=complaints.holding(text))
        found = list(seen.order_by("-received_at")[: CHOICES + 1])
        if len(found) == 1:
            return found[0]
        raise forms.ValidationError(_which(text, found), code="which_case" if found else "unknown_case")  # type: ignore[arg-type]


#: So many cases are named when words fit several.
CHOICES = 8


def _which(text: str, found: list[Complaint]) -> W:
    if not found:
        sentence = W("没有“{text}”这件投诉，或您无权查看。", "There is no case “{text}”, or you may not see it.")
        return sentence.format(text=text)
    names = "; ".join(f"{case.number} {case.title}" for case in found[:CHOICES])
    more = " …" if len(found) > CHOICES else ""
    return W("有几件：{names}{more}。请写编号。", "Several: {names}{more}. Name the number.", names=names, more=more)


class MailNumber(forms.IntegerField):
    """A mail by its id; only what the actor may see is known."""

    by: Actor | None = None

    def clean(self, value: Any) -> MailItem | None:
        pk = super().clean(value)
        if pk is None:
            return None
        seen = MailItem.objects.visible_to(self.by) if self.by else MailItem.objects.none()
        if (mail := seen.filter(pk=pk).first()) is None:
            sentence = W("没有这封来信，或您无权查看。", "There is no such mail, or you may not see it.")
            raise forms.ValidationError(sentence, code="unknown_mail")  # type: ignore[arg-type]
        return mail


class Addresses(forms.CharField):
    """Several addresses, with commas, semicolons or spaces between; a list in the API."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        parts = value if isinstance(value, list) else re.split(r"[\s,;，；、]+", value or "")
        return [str(part).strip() for part in parts if str(part).strip()]

    def run_validators(self, value: Any) -> None:
        """Each address is looked at by the action, so that page and API refuse alike."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class MailForm(ActForm):
    """Tells its fields who asks."""

    def prepare(self) -> None:
        for field in self.fields.values():
            if isinstance(field, CodeField):
                field.asked_by(self.by)
            elif isinstance(field, Files | CaseNumber | MailNumber):
                field.by = self.by


@face(MAIL, "open_case", actions.open_case)
class OpenCaseForm(MailForm):
    hint = W(
        "原信连同附件随件保存，谁也不能改；下面的内容请核对、补全。",
        "The mail and its files stay with the case, unchangeable; check and complete what stands below.",
    )
    customer = CodeField(Customer, kind=W("客户", "Customer"), label=W("客户", "Customer"), required=False)
    contact_name = line("联系人", "Contact")
    contact_phone = line("电话", "Phone", 60)
    contact_email = forms.EmailField(label=W("电子邮箱", "E-mail"), required=False)
    source = forms.ChoiceField(label=W("来源", "Source"), choices=Source.pairs, initial=Source.USER)
    title = line("标题", "Title", 40)
    description = words("投诉内容（原话）", "What was written, word for word", rows=6)
    code = line("标签、喷码或批号", "Label, spray code or lot", 80)
    product = CodeField(Product, kind=W("产品", "Product"), label=W("产品", "Product"), required=False)
    reported_class = forms.ModelChoiceField(
        DefectClass.objects.in_use(), to_field_name="code", label=W("反映的类别", "Class as reported"), required=False
    )
    quality_related = forms.BooleanField(label=W("涉及产品质量", "Touches product quality"), required=False)

    def prepare(self) -> None:
        super().prepare()
        if self.case is None or self.by is None or self.is_bound:
            return
        mail, known = self.case, queries.known(self.case.answer_to, by=self.by)
        self.initial = {
            "customer": known.customers[0].code if len(known.customers) == 1 else "",
            "contact_name": known.contacts[0].name if len(known.contacts) == 1 else mail.sender_name,
            "contact_phone": known.contacts[0].phone if len(known.contacts) == 1 else "",
            "contact_email": mail.answer_to,
            "source": Source.DEALER if known.others else Source.USER,
            "title": rules.untokened(mail.title)[:40],
            "description": rules.fresh(mail.text)[:8000],
            **self.initial,
        }


@face(MAIL, "file", actions.file)
class FileForm(MailForm):
    case = CaseNumber(
        label=W("投诉", "Case"),
        max_length=80,
        help_text=W("编号，或标题、客户、喷码中的字", "A number, or words of its title"),
    )

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None and self.by is not None and not self.is_bound:
            cases = queries.known(self.case.answer_to, by=self.by).cases
            self.fields["case"].widget.offered = lambda: {c.number: c.title for c in cases}  # type: ignore[attr-defined]
            self.initial = {"case": cases[0].number if len(cases) == 1 else "", **self.initial}


@face(MAIL, "put_aside", actions.put_aside)
class PutAsideForm(MailForm):
    reason = line("原因", "Reason", 300, required=True)


@face(MAIL, "take_back", actions.take_back)
class TakeBackForm(MailForm):
    reason = line("原因", "Reason", 300, required=True)


@face(LETTER, "write", actions.write)
class WriteForm(MailForm):
    case = CaseNumber(label=W("投诉编号", "Case"), max_length=40, required=False)
    mail = MailNumber(label=W("答复哪封来信", "Answers the mail"), required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=W("性质", "Kind"), choices=LetterKind.pairs, widget=forms.RadioSelect, initial=LetterKind.OTHER
    )
    to = Addresses(label=W("收件人", "To"), max_length=2000)
    cc = Addresses(label=W("抄送", "Cc"), max_length=2000, required=False)
    subject = line("主题", "Subject", 200)
    text = words("正文", "Text", rows=8, length=20000)
    basis = line(
        "依据（答复必填）",
        "Basis (an answer needs one)",
        200,
        help_text=W(
            "国家标准、法规、合同条款或程序条款", "A standard, regulation, contract clause or procedure clause"
        ),
    )
    care = words("保管和使用方法（D 级答复）", "Storage and use (grade D)", required=False)
    quote = forms.BooleanField(label=W("附上往来原文", "Quote what was written before"), required=False, initial=True)
    files = Files()

    def prepare(self) -> None:
        super().prepare()
        if self.is_bound and not hasattr(self.data, "getlist"):
            # A program that says nothing of the quotation gets what the page offers.
            self.data = {"quote": True, "kind": LetterKind.OTHER, **self.data}
        if not self.is_bound and self.by is not None:
            self.initial = {**self._begun(), **self.initial}

    def _begun(self) -> dict[str, Any]:
        """From the case or the mail that is answered: to whom, about what."""
        asked = {name: str(self.initial.get(name) or "") for name in ("case", "mail")}
        case = complaints.numbered(self.by, code_key(asked["case"])) if asked["case"] and self.by else None
        mail = (
            MailItem.objects.visible_to(self.by).filter(pk=asked["mail"]).first() if asked["mail"].isdigit() else None
        )
        case = case or (mail.case if mail else None)
        mail = mail or (queries.last_mail_of(case) if case else None)
        to = mail.answer_to if mail else case.contact_email if case else ""
        open_now = case is not None and not case.ended
        return {
            "case": case.number if case else "",
            "to": to or (case.customer.email if case and case.customer else ""),
            "subject": rules.untokened(mail.title if mail else case.title if case else ""),
            "kind": LetterKind.PROGRESS if open_now else LetterKind.OTHER,
        }


@face(LETTER, "withdraw", actions.withdraw)
class WithdrawForm(MailForm):
    reason = line("原因", "Reason", 300)


@face(LETTER, "send_again", actions.send_again)
class SendAgainForm(MailForm):
    to = Addresses(label=W("发给（空为原地址）", "To (empty: the same)"), max_length=2000, required=False)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None and not self.is_bound:
            self.initial.setdefault("to", list(self.case.pending))


@face(LETTER, "settle", actions.settle)
class SettleForm(MailForm):
    reason = line("怎样告知用户的", "How the user was told", 300, required=True)
