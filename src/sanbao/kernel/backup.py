"""Everything that must not be lost, in one file: the database and the attachments.

The file is a plain tar: ``manifest.json`` first (format, database kind, applied migrations, SHA-256 and size of every
member), then the members. A SQLite database is copied with the online backup interface, PostgreSQL with pg_dump, so
both are one moment's state while people go on working. Attachments are immutable and older than the rows that
name them: copied after the database, none can be missing.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from argparse import ArgumentParser
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import make_conninfo

from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
#: What marks a house as a demonstration goes along; the signing key does not: whoever finds a backup may not sign.
BESIDE = ("demo-accounts",)


@dataclass(frozen=True)
class Member:
    """One file inside a backup."""

    name: str
    sha256: str
    size: int


def write(target: Path, *, attachments: bool = True) -> list[Member]:
    """Back up into ``target`` (mode 0600), which exists afterwards whole or not at all. Returns its members."""
    target = target.absolute()
    if not target.parent.is_dir():
        refuse(
            "backup.no_folder",
            W("文件夹 {folder} 不存在。", "There is no folder {folder}."),
            status=422,
            folder=str(target.parent),
        )
    part = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="backup-") as scratch:
        snapshot = Path(scratch) / DATABASE
        _dump(snapshot)
        sources = {DATABASE: snapshot, **_beside(), **(_attachments() if attachments else {})}
        members = [Member(name, _digest(path), path.stat().st_size) for name, path in sources.items()]
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                _pack(file, members, sources)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    return members


def before(what: str) -> Path:
    """A backup of the database alone, before something that could spoil it. Returns where it lies."""
    folder = Path(settings.HOME) / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{now():%Y%m%d-%H%M%S-%f}-before-{what}.tar"
    write(target, attachments=False)
    return target


def bring_back(source: Path) -> list[Member]:
    """Replace the database by the one in a backup and add its attachments; checks all before changing anything.

    Refuses a file that is not whole (``backup.broken``), one of another kind of database or of a newer Sanbao.
    """
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="restore-") as scratch:
        manifest = _unpack(source, Path(scratch))
        _check_fit(manifest)
        _load(Path(scratch) / DATABASE)
        members = _members(manifest)
        for member in members:
            if member.name != DATABASE:
                _put_back(Path(scratch) / member.name, Path(settings.HOME) / member.name)
    return members


def holds_data() -> bool:
    """Whether anything would be lost: a person, or a record of more than the default policies."""
    questions = {
        "parties_person": "SELECT 1 FROM parties_person LIMIT 1",
        "kernel_journal": "SELECT 1 FROM kernel_journal WHERE subject NOT LIKE 'policy:%%' LIMIT 1",
    }
    with connection.cursor() as cursor:
        for table in questions.keys() & set(connection.introspection.table_names(cursor)):
            cursor.execute(questions[table], [])
            if cursor.fetchone():
                return True
    return False


# ── the tar ──────────────────────────────────────────────────────────────────────────────────────────────────


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _beside() -> dict[str, Path]:
    return {name: path for name in BESIDE if (path := Path(settings.HOME) / name).is_file()}


def _attachments() -> dict[str, Path]:
    root = Path(settings.ATTACHMENTS)
    return {f"attachments/{path.relative_to(root)}": path for path in sorted(root.glob("??/??/*"))}


def _pack(file: IO[bytes], members: list[Member], sources: dict[str, Path]) -> None:
    manifest = json.dumps(
        {
            "format": FORMAT,
            "database": connection.vendor,
            "made_at": now().isoformat(),
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations),
            "members": [vars(member) for member in members],
        }
    ).encode()
    with tarfile.open(fileobj=file, mode="w") as tar:
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(manifest)
        tar.addfile(head, io.BytesIO(manifest))
        for member in members:
            info = tarfile.TarInfo(member.name)
            info.size, info.mode = member.size, 0o600
            with sources[member.name].open("rb") as content:
                tar.addfile(info, content)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Every member into ``folder``, each checked against its digest; only names that the manifest lists."""
    try:
        with tarfile.open(source) as tar:
            head = tar.next()
            if head is None or head.name != MANIFEST:
                _broken(source, MANIFEST)
            manifest: dict[str, Any] = json.loads(_content(tar, head).read())
            for member in _members(manifest):
                info = tar.next()
                if info is None or info.name != member.name or not info.isfile():
                    _broken(source, member.name)
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    shutil.copyfileobj(_content(tar, info), file)
                if _digest(path) != member.sha256:
                    _broken(source, member.name)
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        _broken(source, (str(error).splitlines() or [type(error).__name__])[0])
    return manifest


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo | None) -> IO[bytes]:
    content = tar.extractfile(info) if info else None
    if content is None:
        raise ValueError("not a plain file")
    return content


def _members(manifest: dict[str, Any]) -> list[Member]:
    members = [Member(**row) for row in manifest["members"]]
    for member in members:
        parts = Path(member.name).parts
        if member.name not in {DATABASE, *BESIDE} and (parts[0] != "attachments" or len(parts) != 4 or ".." in parts):
            raise ValueError(f"unexpected member {member.name}")
    return members


def _broken(source: Path, what: str) -> None:
    refuse(
        "backup.broken",
        W(
            "{file} 不是一份完整的备份（{what}），未作任何改动。",
            "{file} is not a whole backup ({what}); nothing was changed.",
        ),
        status=422,
        file=source.name,
        what=what,
    )


def _check_fit(manifest: dict[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        refuse(
            "backup.other_database",
            W(
                "这份备份来自 {theirs}，当前数据库是 {ours}。",
                "This backup is of {theirs}; the database in use is {ours}.",
            ),
            theirs=manifest["database"],
            ours=connection.vendor,
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    unknown = sorted(set(manifest["migrations"]) - known)
    if unknown or manifest["format"] > FORMAT:
        refuse(
            "backup.newer",
            W(
                "这份备份由更新版本的三包写成，请先升级。",
                "This backup was written by a newer Sanbao; upgrade first.",
            ),
            unknown=unknown,
        )


def _put_back(source: Path, target: Path) -> None:
    if target.exists() and target.is_relative_to(settings.ATTACHMENTS):
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source.chmod(0o400 if target.is_relative_to(settings.ATTACHMENTS) else 0o600)
    os.replace(source, target)


# ── the two databases ────────────────────────────────────────────────────────────────────────────────────────


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(target)
        try:
            connection.connection.backup(copy)
            # A copy of a database in WAL mode would want a second file beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
    else:
        _postgres_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _load(source: Path) -> None:
    if connection.vendor == "sqlite":
        copy = sqlite3.connect(source)
        try:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                _broken(source, "integrity_check")
            connection.ensure_connection()
            copy.backup(connection.connection)
        finally:
            copy.close()
        connection.close()
        return
    # Also tables that only a newer Sanbao has must go, or migrating forward again would find them in its way.
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
    connection.close()
    _postgres_tool(
        "pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-privileges", str(source)
    )


def _postgres_tool(tool: str, *arguments: str) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"), key=lambda p: int(p.parts[-3]), reverse=True)
    program = found[0] if found else shutil.which(tool)
    if program is None:
        refuse(
            "backup.no_tool",
            W(
                "找不到 {tool}，请安装 PostgreSQL 客户端工具（postgresql-client）。",
                "{tool} is not here: install PostgreSQL's client tools (postgresql-client).",
            ),
            tool=tool,
        )
    given = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
    options = {k: v for k, v in given["OPTIONS"].items() if k not in {"pool", "options"}}
    where = make_conninfo("", **options, **{key: given[name] for name, key in names.items() if given[name]})
    done = subprocess.run(
        [str(program), f"--dbname={where}", *arguments],
        env={**os.environ, "PGPASSWORD": given["PASSWORD"]},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        refuse(
            "backup.tool_failed",
            W("{tool} 未能完成：{said}", "{tool} did not finish: {said}"),
            tool=tool,
            said=done.stderr.strip()[-500:],
        )


# ── the commands ─────────────────────────────────────────────────────────────────────────────────────────────


def backup(argv: list[str]) -> int:
    """``sanbao backup FILE``"""
    parser = ArgumentParser(prog="sanbao backup", description="把一切写入一个文件 · write everything into one file")
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args(argv)
    members = write(arguments.file)
    size = sum(member.size for member in members) / 1e6
    print(f"已备份 backed up: {arguments.file} ({len(members)} 个文件 files, {size:.1f} MB)")
    return 0


def restore(argv: list[str]) -> int:
    """``sanbao restore FILE [--yes]``"""
    parser = ArgumentParser(prog="sanbao restore", description="从备份恢复 · bring a backup back")
    parser.add_argument("file", type=Path)
    parser.add_argument("--yes", action="store_true", help="覆盖现有数据 · overwrite the data that is there")
    arguments = parser.parse_args(argv)
    _refuse_while_running()
    if holds_data():
        if not arguments.yes:
            refuse(
                "backup.would_overwrite",
                W(
                    "当前数据库里已有数据；确认覆盖请加 --yes（会先另存一份）。",
                    "The database holds data; add --yes to overwrite it (a copy is kept first).",
                ),
            )
        print(f"原数据另存 kept first: {before('restore')}")
    members = bring_back(arguments.file)
    print(f"已恢复 restored: {arguments.file} ({len(members)} 个文件 files)")
    return 0


def _refuse_while_running() -> None:
    from sanbao.kernel import worker

    if worker.Heartbeat._meta.db_table in connection.introspection.table_names() and worker.alive("worker"):
        refuse(
            "backup.running",
            W("三包正在运行，请先停止再恢复。", "Sanbao is running; stop it before you restore."),
        )
