"""Captured events, how they came in, what was asked for, and what partners said about their places and goods."""

from sanbao.epcis.models.captures import RUNNING, Behaviour, Capture, CaptureProblem, CaptureStage, Reservation
from sanbao.epcis.models.events import Event, Key, Measure, Namespaces, Origin, Place, Thing
from sanbao.epcis.models.masters import Attribute, Child, Element
from sanbao.epcis.models.standing import NamedQuery, Publication, SpentToken, Subscription

__all__ = [
    "RUNNING",
    "Attribute",
    "Behaviour",
    "Capture",
    "CaptureProblem",
    "CaptureStage",
    "Child",
    "Element",
    "Event",
    "Key",
    "Measure",
    "NamedQuery",
    "Namespaces",
    "Origin",
    "Place",
    "Publication",
    "Reservation",
    "SpentToken",
    "Subscription",
    "Thing",
]
