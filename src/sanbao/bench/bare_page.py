"""The raw limit of the web server: it answers with so many bytes and knows nothing else."""

import os
from collections.abc import Callable, Iterable
from typing import Any

PAGE = b"x" * int(os.environ.get("SANBAO_BENCH_BYTES", "30000"))


def application(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]
