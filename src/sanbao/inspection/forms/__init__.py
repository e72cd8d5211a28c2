"""What the room asks: samples and unknown labels in one file, instruments, plans and sheets in the other."""

from sanbao.inspection.forms import inspecting, samples

__all__ = ["inspecting", "samples"]
