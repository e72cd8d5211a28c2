"""What the kernel ships: the policy tables beside the code."""

from sanbao.kernel.policies import load_defaults


def load() -> None:
    load_defaults()
