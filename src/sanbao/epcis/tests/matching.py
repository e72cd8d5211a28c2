"""The meaning of conditions in plain Python, over the index of one event: what the SQL is held against."""

from __future__ import annotations

import operator
from typing import Any

from sanbao.epcis.standard.asking import Asked, Column, Condition, Keyed, Measured
from sanbao.epcis.standard.indexing import Index

_OPERATORS = {"GT": operator.gt, "GE": operator.ge, "LT": operator.lt, "LE": operator.le}


def holds(asked: Asked, index: Index, columns: dict[str, Any]) -> bool:
    return all(_holds(condition, index, columns) for condition in asked.conditions)


def _holds(condition: Condition, index: Index, columns: dict[str, Any]) -> bool:
    match condition:
        case Keyed(names=()):
            return True
        case Keyed(names=names, exact=exact, ranges=ranges, numbers=numbers):
            texts = [text for name, text in index.keys if name in names]
            amounts = [amount for name, amount in index.measures if name in names]
            if not (exact or ranges or numbers):
                return bool(texts or amounts)
            return (
                any(text in exact or any(low <= text < high for low, high in ranges) for text in texts)
                or any(amount in numbers for amount in amounts)
            )  # fmt: skip
        case Measured(names=names, operator=op, value=value):
            return any(_OPERATORS[op](amount, value) for name, amount in index.measures if name in names)
        case Column(name=name, operator="in", value=values):
            return columns[name] in values
        case Column(name=name, operator=op, value=value):
            return columns[name] is not None and _OPERATORS[op](columns[name], value)
    raise TypeError(condition)
