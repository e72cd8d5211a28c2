"""What the store asks, for page and API alike."""

from sanbao.materials.forms import counting, issuing, marking, places, receiving

__all__ = ["counting", "issuing", "marking", "places", "receiving"]
