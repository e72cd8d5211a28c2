"""A PostgreSQL of one test session, made from the system's server binaries and thrown away afterwards.

It listens on a unix socket in its own folder only, without fsync, and runs as an unprivileged user because it
refuses to run as root. Start to first query takes about a second.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Nothing here needs to survive a crash, and tests open few connections at a time.
SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def server_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl, the newest version first; None when none is installed."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    folders = sorted((p.parent for p in versions), key=lambda p: int(p.parent.name), reverse=True)
    if folders:
        return folders[0]
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def unprivileged() -> list[str]:
    """The prefix that runs a command as another user when we are root."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]


@contextmanager
def throwaway() -> Iterator[str]:
    """Start a cluster and yield its DATABASE_URL; stop and delete it at the end."""
    binaries = server_binaries()
    if binaries is None:
        sys.exit("PostgreSQL server binaries are not installed (Debian, Ubuntu: apt-get install postgresql).")
    folder = Path(tempfile.mkdtemp(prefix="sanbao-pg-"))
    prefix = unprivileged()
    if prefix:
        shutil.chown(folder, user=prefix[1].partition("=")[2])
    data, log = folder / "data", folder / "log"
    quiet = {"cwd": folder, "check": True, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    try:
        initdb = f"-U sanbao -A trust -E UTF8 --locale=C -N -D {data}".split()
        subprocess.run([*prefix, binaries / "initdb", *initdb], **quiet)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} {SPEED}"
        # pg_ctl's server keeps the standard output it is given: with -l it gets a file of its own.
        control = [*prefix, binaries / "pg_ctl", "-D", data, "-w"]
        subprocess.run([*control, "-l", log, "-o", options, "start"], **quiet)
        try:
            yield f"postgres://sanbao@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
