"""What a supplier is told to mark, and his word that he knows."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.words import W
from sanbao.materials import fields, policies
from sanbao.materials.actions import marking
from sanbao.materials.fields import StoreForm
from sanbao.materials.lifecycle import MARKING_NOTICE


def class_pairs() -> list[tuple[str, Any]]:
    return [(name, W("其他材料", "Other materials") if name == policies.OTHER else name) for name in policies.classes()]


@face(MARKING_NOTICE, "send", marking.send)
class SendForm(StoreForm):
    hint = W(
        "供方有联系人邮箱的，系统发邮件；链接总会给出，可以转发给他。",
        "It is mailed to the supplier's contacts; a link is always shown, to be handed on.",
    )
    supplier = fields.supplier()
    material_class = forms.ChoiceField(label=W("材料类别", "Class of material"), choices=class_pairs)


@face(MARKING_NOTICE, "send_again", marking.send_again)
class SendAgainForm(StoreForm):
    hint = W("按现行规则重新告知；原来的链接随即失效。", "By the rule as it stands; the old link ends.")


@face(MARKING_NOTICE, "record_acknowledgement", marking.record_acknowledgement)
class RecordForm(StoreForm):
    name = fields.line("确认人", "Acknowledged by", 80)
    how = fields.line("怎样确认的（传真、回函、消息）", "How: fax, letter, message", 200, required=True)


class AcknowledgeForm(ActForm):
    """On the supplier's own page."""

    name = fields.line("确认人姓名", "Your name", 80)
