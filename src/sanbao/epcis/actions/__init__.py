"""Everything that partners and people do here: documents are captured, questions named, subscriptions taken out."""

from sanbao.epcis.actions.capture import capture, capture_event
from sanbao.epcis.actions.standing import define, forget, spend, subscribe, unsubscribe

__all__ = ["capture", "capture_event", "define", "forget", "spend", "subscribe", "unsubscribe"]
