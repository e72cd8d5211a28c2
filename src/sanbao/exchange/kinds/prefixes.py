"""What a batch is by the way its code begins, where no record says so yet."""

from __future__ import annotations

from sanbao.trace.models import LotKind

#: The pinyin initials that profile makers use: 熔炼 casting, 喷涂 and 粉末 coating, 氧化 and 电泳 anodising.
_BY_CODE = {"RL": LotKind.HEAT, "RZ": LotKind.HEAT, "PT": LotKind.COATING, "FM": LotKind.COATING,
            "YH": LotKind.OXIDATION, "DY": LotKind.OXIDATION}  # fmt: skip
_BY_DEPARTMENT = {"熔": LotKind.HEAT, "铸": LotKind.HEAT, "喷": LotKind.COATING, "氧化": LotKind.OXIDATION}


def batch_kind(code: str, department: str = "") -> LotKind | None:
    """A heat, a coating or an anodising batch; None where neither code nor department tells."""
    if kind := _BY_CODE.get(code[:2]):
        return kind
    return next((kind for word, kind in _BY_DEPARTMENT.items() if word in department), None)
