"""The words of the Core Business Vocabulary 2.0, and the four ways in which documents write them.

``shipping``, ``cbv:BizStep-shipping``, ``https://ref.gs1.org/cbv/BizStep-shipping`` and
``urn:epcglobal:cbv:bizstep:shipping`` are one word; ``shipping`` is the form that is compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
ACTIONS = ("ADD", "OBSERVE", "DELETE")

_WEB = re.compile(r"(?:https?://(?:ref|ns)\.gs1\.org/cbv/|cbv:)([A-Za-z]+)-(\w+)")
_URN = re.compile(r"urn:epcglobal:cbv:(\w+):(\w+)")
_GS1 = re.compile(r"(?:https?://(?:www\.)?gs1\.org/voc/|gs1:)(\w+)")
_EPCIS = re.compile(r"(?:https?://(?:ref|ns)\.gs1\.org/epcis/|epcis:)(\w+)")


@dataclass(frozen=True)
class Words:
    """One closed list of the vocabulary, beside which a document may use identifiers of its own."""

    web: str
    urn: str
    known: frozenset[str]

    def bare(self, text: str) -> str | None:
        """The bare word that a text stands for, or None where it is none of the standard's."""
        if text in self.known:
            return text
        found = _WEB.fullmatch(text) if self.web else _GS1.fullmatch(text)
        if found is None and self.urn:
            found = _URN.fullmatch(text)
        if found is None:
            return None
        *names, word = found.groups()
        named = not names or names[0].lower() in (self.web.lower(), self.urn)
        return word if named and word in self.known else None


def _words(web: str, urn: str, listed: str) -> Words:
    return Words(web, urn, frozenset(listed.split()))


BIZ_STEPS = _words(
    "BizStep",
    "bizstep",
    """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
    retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
    unloading unpacking void_shipping""",
)
DISPOSITIONS = _words(
    "Disp",
    "disp",
    """active available completeness_inferred completeness_verified conformant container_closed container_open damaged
    destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
    mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed
    recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown""",
)
TRANSACTIONS = _words("BTT", "btt", "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")
PARTIES = _words("SDT", "sdt", "owning_party possessing_party location")
ERROR_REASONS = _words("ER", "er", "did_not_occur incorrect_data")
COMPONENTS = _words(
    "Comp",
    "comp",
    """x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
    longitude altitude""",
)
MEASUREMENTS = _words(
    "",
    "",
    """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
    Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
    LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
    MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
    RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed
    SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction
    VolumetricFlux Wavenumber""",
)
ALERTS = _words("", "", "ALARM_CONDITION ERROR_CONDITION")


def event_type(text: str) -> str:
    """``epcis:ObjectEvent`` and its full form as ``ObjectEvent``; anything else as it is."""
    found = _EPCIS.fullmatch(text)
    return found[1] if found and found[1] in EVENT_TYPES else text


#: UN/CEFACT unit → base unit, factor, offset: a value in one is found when another that measures the same is asked.
UNITS: dict[str, tuple[str, float, float]] = {
    "KGM": ("KGM", 1, 0), "GRM": ("KGM", 1e-3, 0), "MGM": ("KGM", 1e-6, 0), "TNE": ("KGM", 1e3, 0),
    "LBR": ("KGM", 0.45359237, 0), "ONZ": ("KGM", 0.028349523125, 0),
    "MTR": ("MTR", 1, 0), "CMT": ("MTR", 1e-2, 0), "MMT": ("MTR", 1e-3, 0), "KMT": ("MTR", 1e3, 0),
    "MTK": ("MTK", 1, 0), "MTQ": ("MTQ", 1, 0), "LTR": ("MTQ", 1e-3, 0), "MLT": ("MTQ", 1e-6, 0),
    "KEL": ("KEL", 1, 0), "CEL": ("KEL", 1, 273.15), "FAH": ("KEL", 5 / 9, 459.67 * 5 / 9),
    "SEC": ("SEC", 1, 0), "MIN": ("SEC", 60, 0), "HUR": ("SEC", 3600, 0), "DAY": ("SEC", 86400, 0),
    "PAL": ("PAL", 1, 0), "KPA": ("PAL", 1e3, 0), "MPA": ("PAL", 1e6, 0), "BAR": ("PAL", 1e5, 0),
}  # fmt: skip


def in_base(value: float, uom: str, *, spread: bool = False) -> tuple[str, float]:
    """A measured value in the base unit of what it measures; a unit that is not listed stands for itself.

    ``spread``: a difference (a standard deviation), to which no zero point belongs.
    """
    base, factor, offset = UNITS.get(uom, (uom, 1, 0))
    # Rounded, so that 20 °C asked as 68 °F is found in spite of the binary fractions.
    return base, round(value * factor + (0 if spread else offset), 9)
