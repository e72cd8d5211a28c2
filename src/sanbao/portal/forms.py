"""What a user fills in on the public pages: four fields and photographs, or a number and a code."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core import signing

from sanbao.kernel import attachments
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.portal.policies import PORTAL
from sanbao.portal.rules import reach_of

#: How long a form may lie open before it is sent.
OPEN_FOR = 24 * 3600
_SALT = "sanbao.portal.form"
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/tiff"})


def fault(code: str, zh: str, en: str, **facts: Any) -> forms.ValidationError:
    return forms.ValidationError(W(zh, en).format(**facts), code=code)  # type: ignore[arg-type]


class Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Pictures, told by their content; so many and so large as the policy allows."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        rule = PORTAL.decide(on=today())
        sent = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(sent) > rule["photos"]:
            raise fault("too_many", "最多 {n} 张照片。", "At most {n} photographs.", n=int(rule["photos"]))
        for one in sent:
            head = one.read(64)
            one.seek(0)
            if attachments.sniff(head, one.name or "") not in PICTURES:
                raise fault("no_picture", "“{name}”不是照片。", "“{name}” is no photograph.", name=str(one.name)[:60])
            if one.size > int(rule["photo_mb"]) * 1024 * 1024:
                raise fault(
                    "too_large",
                    "“{name}”超过 {n} MB。",
                    "“{name}” is larger than {n} MB.",
                    name=str(one.name)[:60],
                    n=int(rule["photo_mb"]),
                )
        return sent


class ReportForm(forms.Form):
    """Four fields and photographs. ``website`` is for machines that fill in everything; people do not see it."""

    what = forms.CharField(
        label=W("出了什么问题", "What is wrong"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    name = forms.CharField(
        label=W("您的称呼", "Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    reach = forms.CharField(label=W("电话或邮箱", "Telephone or e-mail"), max_length=100)
    place = forms.CharField(
        label=W("货在哪里", "Where the goods are"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    photos = PhotosField(
        label=W("照片", "Photographs"), required=False, widget=Photos(attrs={"accept": "image/*", "multiple": True})
    )
    website = forms.CharField(required=False, max_length=200, label="Website")
    nonce = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs["initial"] = {"nonce": signing.dumps(secrets.token_hex(16), salt=_SALT), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean_reach(self) -> tuple[str, str]:
        try:
            return reach_of(self.cleaned_data["reach"])
        except ValueError as error:
            raise fault(
                "no_reach", "请留能打通的电话或能收信的邮箱。", "Leave a telephone number or an e-mail address."
            ) from error

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise fault("machine", "请不要填写这一栏。", "Leave this field empty.")
        return ""

    def clean_nonce(self) -> str:
        try:
            nonce: str = signing.loads(self.cleaned_data["nonce"], salt=_SALT, max_age=OPEN_FOR)
        except signing.BadSignature as error:
            raise fault(
                "expired", "页面放得太久了，请再提交一次。", "The page lay open too long; send it again."
            ) from error
        return nonce

    def anew(self) -> ReportForm:
        """The same words with a fresh number, where the old one was spoiled or too old."""
        data = self.data.copy()
        data["nonce"] = signing.dumps(secrets.token_hex(16), salt=_SALT)
        return ReportForm(data, self.files)


class TrackForm(forms.Form):
    number = forms.CharField(
        label=W("受理编号", "Number"), max_length=40, widget=forms.TextInput(attrs={"placeholder": "TS-2026-000123"})
    )
    secret = forms.CharField(
        label=W("查询码，或电话后四位", "Check code, or last 4 digits of your phone"), max_length=20
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
