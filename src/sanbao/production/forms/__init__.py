"""What every act of the shops asks; page and API read the same forms."""

from sanbao.production.forms import audits, cards, steps

__all__ = ["audits", "cards", "steps"]
