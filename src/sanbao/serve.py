"""`sanbao serve`: one light process that keeps web and worker running and stops them together.

It imports no Django, so that watching costs next to no memory. A child that dies is started again after a
pause that doubles from one second to thirty; a child that lived a minute starts with a short pause again.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HOST = os.environ.get("SANBAO_HOST", "127.0.0.1")
PORT = os.environ.get("SANBAO_PORT", "8000")
#: PEM files of a certificate and its key (PKCS#8): with both the house itself speaks HTTPS.
TLS_CERT = os.environ.get("SANBAO_TLS_CERT", "")
TLS_KEY = os.environ.get("SANBAO_TLS_KEY", "")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
#: Threads of the one web process: enough for SQLite's single writer, and 4 × a Django stack in memory.
THREADS = "4"
STOP_SECONDS = 10
LONGEST_PAUSE = 30
STEADY_SECONDS = 60
PR_SET_PDEATHSIG = 1


def home() -> Path:
    """The data folder, found as the settings find it."""
    return Path(os.environ.get("SANBAO_HOME") or Path(__file__).resolve().parents[2] / "var").absolute()


@dataclass
class Child:
    """One process to keep running."""

    name: str
    command: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    pause: float = 1.0
    start_at: float = field(default=0.0)
    started_at: float = 0.0

    def tend(self, now: float) -> None:
        """Start the process when it is due; notice when it has died and set the next start."""
        if self.process is None:
            if now >= self.start_at:
                self.process = subprocess.Popen(
                    self.command, env=self.settings | environment(), start_new_session=True, preexec_fn=die_with_parent
                )
                self.started_at = now
            return
        code = self.process.poll()
        if code is None:
            return
        if now - self.started_at >= STEADY_SECONDS:
            self.pause = 1.0
        end_group(self.process.pid)
        say(f"{self.name} 退出 ended ({code}), {self.pause:.0f} s 后重启 until it starts again")
        self.process, self.start_at = None, now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def end_group(leader: int) -> None:
    """What a process started and left behind when it died: the web server's own worker would keep the port."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def environment() -> dict[str, str]:
    # Few malloc arenas: threads that each keep their own make the process half as large again.
    return {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1", **os.environ}


def die_with_parent() -> None:
    """Linux: when the supervisor is killed outright, its children get SIGTERM instead of living on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def say(line: str) -> None:
    print(line, flush=True)


def address() -> str:
    scheme = "https" if TLS_CERT else "http"
    return f"{scheme}://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{PORT}/"


def why_not() -> str:
    """One sentence when serving is impossible or forbidden, otherwise nothing."""
    if not PORT.isdigit() or not 0 < int(PORT) < 65536:
        return f"SANBAO_PORT={PORT}: 应是 1 至 65535 的端口号 · must be a port number from 1 to 65535"
    if trouble := why_no_tls():
        return trouble
    if (home() / "demo-accounts").exists() and HOST not in LOOPBACK:
        return (
            f"演示公司只在本机开放，不监听 {HOST} · the demonstration does not listen on {HOST}: "
            "use another SANBAO_HOME and ./run --empty"
        )
    try:
        with socket.create_server((HOST, int(PORT))):
            return ""
    except OSError as error:
        why = os.strerror(error.errno or 0)
        return f"{HOST}:{PORT} 无法监听，请换 SANBAO_PORT · cannot listen ({why}): choose another SANBAO_PORT"


def why_no_tls() -> str:
    """One sentence when HTTPS was asked for and cannot be spoken, otherwise nothing."""
    if bool(TLS_CERT) != bool(TLS_KEY):
        return "SANBAO_TLS_CERT 和 SANBAO_TLS_KEY 须同时给出 · both are needed"
    for name in filter(None, (TLS_CERT, TLS_KEY)):
        if not os.access(name, os.R_OK) or not Path(name).is_file():
            return f"{name}: 证书或私钥读不到 · the certificate or key cannot be read"
    if TLS_CERT:
        import ssl  # costs memory that a supervisor without HTTPS need not spend

        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(TLS_CERT, TLS_KEY)
        except (ssl.SSLError, OSError) as error:
            return f"{TLS_CERT}: 证书与私钥不配套或无法使用 · certificate and key do not fit ({error})"
    return ""


def tls() -> list[str]:
    """Older phones do not speak TLS 1.3."""
    if not TLS_CERT:
        return []
    return ["--ssl-certificate", TLS_CERT, "--ssl-keyfile", TLS_KEY, "--ssl-protocol-min", "tls1.2"]


def web_server(application: str, port: int | str = PORT) -> list[str]:
    """What Python is to run for one web process with a few threads."""
    return [
        "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", THREADS, "--no-ws", "--log-level", "warning",
        "--workers-kill-timeout", str(STOP_SECONDS - 2), *tls(), application,
    ]  # fmt: skip


def children() -> list[Child]:
    return [
        # Each of its threads keeps a connection with pages of its own; an import in the worker needs more of them.
        Child("网页 web", [sys.executable, *web_server("sanbao.wsgi:application")], {"SANBAO_SQLITE_CACHE": "2000"}),
        Child("后台 worker", [sys.executable, "-m", "sanbao.cli", "worker"]),
    ]


def answers() -> bool:
    try:
        with socket.create_connection((HOST, int(PORT)), timeout=0.2):
            return True
    except OSError:
        return False


def announce() -> None:
    say(f"三包 Sanbao  {address()}    Ctrl-C 停止 stops")
    accounts = home() / "demo-accounts"
    if accounts.exists():
        say(f"演示账号 Demonstration accounts: {accounts}")


def stop(running: list[Child]) -> None:
    """Ask every child to end, wait, then insist; also with what a child left behind that died unnoticed."""
    started = [child.process for child in running if child.process]
    for process in started:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in started:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        end_group(process.pid)
        process.wait()


def main(argv: list[str]) -> int:
    """Serve until SIGINT, SIGTERM or SIGHUP. Exit 0 when stopped, 1 when serving is impossible."""
    if argv:
        names = "SANBAO_HOST SANBAO_PORT SANBAO_HOME DATABASE_URL SANBAO_TLS_CERT SANBAO_TLS_KEY"
        say(f"sanbao serve: 只看环境变量 environment only: {names}")
        return 0 if argv[0] in {"-h", "--help"} else 2
    if reason := why_not():
        print(reason, file=sys.stderr)
        return 1
    stopping = False

    def request_stop(signum: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, request_stop)
    running, announced = children(), False
    try:
        while not stopping:
            for child in running:
                child.tend(time.monotonic())
            if not announced and answers():
                announce()
                announced = True
            time.sleep(0.2 if not announced else 0.5)
    finally:
        stop(running)
    return 0
