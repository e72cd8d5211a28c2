"""A real IMAP server of one test session: Dovecot from the system's package, on loopback, in a folder of its own."""

from __future__ import annotations

import getpass
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PASSWORD = "ein-geheimes:Wort%25"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = yes
ssl_cert = <{folder}/server.crt
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 0
mail_uid = {uid}
mail_gid = {gid}
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
imap_id_log = *
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


def installed() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """The running server: where it listens, what lies in its mailboxes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.secure = free_port(), free_port()

    def new_user(self) -> str:
        """A mailbox of its own for one test."""
        name = f"u{uuid.uuid4().hex[:10]}"
        self.inbox(name).mkdir(parents=True)
        self._own(self.folder / "mail" / name)
        return name

    def inbox(self, user: str) -> Path:
        return self.folder / "mail" / user / "new"

    def put(self, user: str, content: bytes) -> None:
        """A mail is delivered."""
        path = self.inbox(user) / f"{time.time():.6f}.{uuid.uuid4().hex}.host"
        path.write_bytes(content)
        self._own(path)

    def forget(self, user: str) -> None:
        """The server loses its numbers: another UIDVALIDITY, every mail numbered anew."""
        box = self.folder / "mail" / user
        numbers = box / "dovecot-uidlist"
        numbers.write_text(re.sub(r"V(\d+)", lambda m: f"V{int(m[1]) + 7}", numbers.read_text(), count=1))
        self._own(numbers)
        for path in box.glob("dovecot.*"):
            path.unlink()

    def seen(self, user: str) -> list[str]:
        """The flags of every mail in the box."""
        return [p.name.rpartition(",")[2] for p in (self.folder / "mail" / user / "cur").glob("*")]

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def address(self, user: str) -> str:
        return f"imap://{user}@127.0.0.1:{self.port}"

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            for one in [path, *path.rglob("*")]:
                shutil.chown(one, "nobody")


@contextmanager
def running() -> Iterator[Dovecot]:
    """Start it and wait until it answers; stop it and remove its folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sanbao-imap-"))
    folder.chmod(0o755)
    server = Dovecot(folder)
    root = os.geteuid() == 0
    me = pwd.getpwnam("nobody" if root else getpass.getuser())
    names = ("dovenull", "dovecot", "dovecot") if root else (me.pw_name, me.pw_name, str(me.pw_gid))
    _certificate(folder)
    places = dict(zip(("login", "internal", "group"), names, strict=True))
    (folder / "conf").write_text(
        CONFIG.format(
            folder=folder, uid=me.pw_uid, gid=me.pw_gid, port=server.port, secure=server.secure,
            password=PASSWORD.replace("%", "%%"), **places,
        )
    )  # fmt: skip
    (folder / "mail").mkdir()
    server._own(folder / "mail")
    program = installed()
    assert program is not None
    process = subprocess.Popen(
        [program, "-F", "-c", folder / "conf"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=(folder / "stderr").open("wb"),
    )  # fmt: skip
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=1) as line:
                if line.recv(4):
                    return
        except OSError:
            time.sleep(0.1)
        assert process.poll() is None, (server.folder / "stderr").read_text() + server.log()
    raise AssertionError(server.log())


def _certificate(folder: Path) -> None:
    """A certificate that no public authority vouches for."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    moment = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - datetime.timedelta(days=1))
        .not_valid_after(moment + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "server.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
