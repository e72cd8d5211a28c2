"""Pages of the room, thin: find, read the form, act, show."""

from sanbao.inspection.views import inspecting, samples

__all__ = ["inspecting", "samples"]
