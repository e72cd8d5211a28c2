"""One form per use case, for page and API alike; its values are the action's keyword arguments."""

from sanbao.complaints.forms import consulting, contact, handling, intake, outcome, questions, spot

__all__ = ["consulting", "contact", "handling", "intake", "outcome", "questions", "spot"]
