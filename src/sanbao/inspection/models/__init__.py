"""Samples and their custody, unknown labels, instruments, plans, and the sheets on which is inspected."""

from sanbao.inspection.models.instruments import Calibration, CalibrationResult, Instrument
from sanbao.inspection.models.labels import Origin, Sighting, UnknownLabel, UnknownState
from sanbao.inspection.models.plans import Characteristic, InspectionPlan, PlanState, Weight
from sanbao.inspection.models.samples import (
    Custody,
    Finding,
    Inspection,
    InspectionState,
    Sample,
    SampleState,
    Severity,
)
from sanbao.inspection.models.sheets import InspectionSheet, Result, SamplingSeries, SamplingState, SheetState

__all__ = [
    "Calibration",
    "CalibrationResult",
    "Characteristic",
    "Custody",
    "Finding",
    "Inspection",
    "InspectionPlan",
    "InspectionSheet",
    "InspectionState",
    "Instrument",
    "Origin",
    "PlanState",
    "Result",
    "Sample",
    "SampleState",
    "SamplingSeries",
    "SamplingState",
    "Severity",
    "SheetState",
    "Sighting",
    "UnknownLabel",
    "UnknownState",
    "Weight",
]
