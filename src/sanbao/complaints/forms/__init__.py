"""One form per use case, for page and API alike; its values are the action's keyword arguments."""

from sanbao.complaints.forms import contact, handling, intake, outcome, questions

__all__ = ["contact", "handling", "intake", "outcome", "questions"]
