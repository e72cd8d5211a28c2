"""The closed lists of the production room."""

from __future__ import annotations

from sanbao.kernel.words import Vocabulary


class Operation(Vocabulary):
    """What is done to a basket, in the usual order; at the end QC inspects and the store packs."""

    EXTRUDE = "extrude", "挤压", "Extrusion"
    AGE = "age", "时效", "Ageing"
    MACHINE = "machine", "精加工", "Machining"
    ANODISE = "anodise", "氧化", "Anodising"
    COAT = "coat", "喷涂", "Coating"
    THERMAL_BREAK = "thermal_break", "穿条隔热", "Thermal break"
    INSPECT = "inspect", "检验", "Inspection"
    PACK = "pack", "入库", "Packing"


#: What a route is made of.
WORK = tuple(operation for operation in Operation if operation not in (Operation.INSPECT, Operation.PACK))


class Parameter(Vocabulary):
    """What is written down about a step."""

    TEMPERATURE = "temperature_c", "温度 ℃", "Temperature, °C"
    HOURS = "hours", "保温时间 h", "Time at temperature, h"
    HARDNESS = "hardness_hw", "硬度 HW", "Hardness, HW"
    FILM = "film_um", "膜厚 µm", "Film, µm"
    WALL = "wall_mm", "壁厚 mm", "Wall, mm"


class CardState(Vocabulary):
    IN_WORK = "in_work", "在制", "In work"
    REWORK = "rework", "返工中", "In rework"
    ENDED = "ended", "已结清", "Used up"
    STRUCK = "struck", "已冲销", "Struck"


class StepState(Vocabulary):
    TO_CHECK = "to_check", "待检查", "To be checked"
    PASSED = "passed", "检查合格", "Checks passed"
    FAILED = "failed", "检查不合格", "Check failed"
    STRUCK = "struck", "已冲销", "Struck"


class Outcome(Vocabulary):
    """What a team leader or QC found at a step."""

    GOOD = "good", "合格", "Good"
    BAD = "bad", "不合格", "Not good"


class TransferKind(Vocabulary):
    SPLIT = "split", "拆框", "Split"
    MERGE = "merge", "并框", "Merge"


class Scope(Vocabulary):
    """Over what kilograms are balanced."""

    STEP = "step", "一道工序", "One step"
    CARD = "card", "随行卡", "Traveller"
    HEAT = "heat", "熔铸炉次", "Casting heat"
    LOAD = "load", "炉次或槽批", "Load or batch"
    SHIFT = "shift", "班次", "Shift"


class Inherit(Vocabulary):
    """What quality status a basket has that was filled from others: QC's rule (policy ``transfers``)."""

    WORST = "worst", "沿用来源中最差的状态", "The worst of its sources"
    PENDING = "pending", "重新待检", "To be inspected anew"


class AuditState(Vocabulary):
    RUNNING = "running", "检查中", "Under way"
    CORRECTING = "correcting", "待纠正", "To be corrected"
    CLOSED = "closed", "已结束", "Closed"


class Marking(Vocabulary):
    """How a basket's marking was found in the shop (T-09, T-11)."""

    COMPLETE = "complete", "完好", "Complete"
    MISSING = "missing", "缺失", "Missing"
    ILLEGIBLE = "illegible", "看不清", "Illegible"
    WRONG = "wrong", "错误", "Wrong"


class CastingState(Vocabulary):
    CAST = "cast", "已熔铸", "Cast"
