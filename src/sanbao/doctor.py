"""`sanbao doctor`: say in one line each what is well and what is not; for the person who keeps the machine."""

import json
import shutil
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from sanbao import certificates
from sanbao.kernel import announcements, deposits, times, triggers, worker
from sanbao.mail.accounts import Unusable, accounts
from sanbao.mail.models import Letter, LetterState, Mailbox
from sanbao.prepare import pending_migrations
from sanbao.trace.engines import keeping

LOW_DISK_GB = 1.0
OLD_BACKUP_DAYS = 7


@dataclass(frozen=True)
class Finding:
    """``level`` is ok, warning (look at it) or wrong (something does not work)."""

    level: str
    subject: str
    sentence: str


def ok(subject: str, sentence: str) -> Finding:
    return Finding("ok", subject, sentence)


def either(good: bool, subject: str, sentence: str, otherwise: str, level: str = "wrong") -> Finding:
    return ok(subject, sentence) if good else Finding(level, subject, otherwise)


def versions() -> Iterator[Finding]:
    python = sys.version.split()[0]
    yield either(sys.version_info >= (3, 12), "Python", python, f"{python}，需要 3.12 以上 needs 3.12 or newer")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            yield ok("数据库 database", f"SQLite {sqlite3.sqlite_version}")
        else:
            cursor.execute("SHOW server_version")
            yield ok("数据库 database", f"PostgreSQL {cursor.fetchone()[0]}")


def schema() -> Iterator[Finding]:
    pending = pending_migrations()
    yield either(
        not pending, "升级 migrations", "已是最新 up to date", f"{len(pending)} 项待升级 pending: sanbao migrate"
    )
    if not pending:
        missing = triggers.missing()
        yield either(
            not missing, "触发器 triggers", "齐全 all there", f"缺少 missing: {', '.join(missing)} (sanbao migrate)"
        )


def working() -> Iterator[Finding]:
    yield either(
        worker.alive("worker"),
        "后台 worker",
        "在运行 running",
        "没有运行 not running: sanbao serve",
        level="warning",
    )
    stuck = announcements.stuck()
    yield either(not stuck, "待投递 deliveries", "没有积压 none stuck", f"{len(stuck)} 条投递不成 cannot be delivered")


def storing() -> Iterator[Finding]:
    home = Path(settings.HOME)
    mode = home.stat().st_mode & 0o077
    yield either(not mode, "数据目录 home", str(home), f"{home} 他人可读 is open to others: chmod 700", level="warning")
    free = shutil.disk_usage(home).free / 1e9
    yield either(free >= LOW_DISK_GB, "磁盘 disk", f"{free:.1f} GB 可用 free", f"只剩 only {free:.1f} GB")
    made = [path.stat().st_mtime for path in (home / "backups").glob("*.tar")]
    days = (datetime.now(UTC).timestamp() - max(made)) / 86400 if made else None
    yield either(
        days is not None and days <= OLD_BACKUP_DAYS,
        "备份 backups",
        f"{days or 0:.1f} 天前 days ago",
        f"backups/ 里{OLD_BACKUP_DAYS}天内没有备份 none in {OLD_BACKUP_DAYS} days: sanbao backup FILE",
        level="warning",
    )


def depositing() -> Iterator[Finding]:
    found, made = deposits.trouble(), next(iter(deposits.latest(1)), None)
    if found:
        grave, said = found
        both = f"{said.said_in('zh-hans')} · {said.said_in('en')}"
        yield Finding("wrong" if grave else "warning", "封存寄存 deposit", both)
    else:
        done = f"第 {made.number} 次 seal, {times.local(made.at):%Y-%m-%d %H:%M}" if made else "尚未到时 not due yet"
        yield ok("封存寄存 deposit", done)


def posting() -> Iterator[Finding]:
    """Whether the mailboxes can be read and what we wrote can be sent; nothing where no mail is set up."""
    try:
        names = [account.name for account in accounts()]
    except Unusable as error:
        yield Finding("wrong", "收信 mailboxes", str(error))
        return
    for box in Mailbox.objects.filter(name__in=names):
        seen = (
            f"上次收信 last read {times.local(box.looked_at):%Y-%m-%d %H:%M}" if box.looked_at else "尚未收信 not yet"
        )
        yield either(not box.trouble, f"收信 {box.name}", seen, f"收不到 cannot be read: {box.trouble}; {seen}")
    failed = Letter.objects.filter(state__in=[LetterState.FAILED, LetterState.BOUNCED]).count()
    if names or failed:
        said = f"{failed} 封未送达 not delivered"
        yield either(not failed, "去信 letters", "没有未送达的 none undelivered", said, level="warning")


def tracing() -> Iterator[Finding]:
    stands, subject = keeping.state(), "链接快照 snapshot"
    if stands.trouble:
        yield Finding("wrong", subject, f"没有生成成功 could not be built: {stands.trouble}")
    if stands.usable and stands.built_at:
        built = f"{times.local(stands.built_at):%Y-%m-%d %H:%M}, {stands.links:,} 条 links"
        yield ok(subject, f"{built}, 其后 {stands.changes:,} 处变化 changes since")
    elif stands.lots < keeping.WORTH:
        yield ok(subject, "批次不多，用不着 not needed yet")
    else:
        slower = "还没有，追踪大批次较慢 none yet, long traces are slower: sanbao snapshot"
        yield Finding("warning", subject, slower)


def openness() -> Iterator[Finding]:
    yield either(not settings.DEBUG, "调试 debug", "关闭 off", "SANBAO_DEBUG 已开启 is on", level="warning")
    if settings.DEMO:
        yield Finding("warning", "演示 demonstration", "这是演示公司，只在本机开放 a demonstration: loopback only")


def encryption() -> Iterator[Finding]:
    """Whether the house's own certificate ends soon; nothing where a proxy speaks HTTPS."""
    if settings.TLS_CERT:
        ends = certificates.ends_at(Path(settings.TLS_CERT))
        said = f"到期 ends {times.local(ends):%Y-%m-%d}"
        left = ends - times.now()
        level = "wrong" if left <= timedelta() else "warning"
        yield either(left > certificates.SOON, "证书 certificate", said, f"{said}: sanbao certificate HOST", level)


EXAMINATIONS: list[Callable[[], Iterator[Finding]]] = [
    versions,
    schema,
    working,
    depositing,
    storing,
    tracing,
    posting,
    openness,
    encryption,
]


def examine() -> Iterator[Finding]:
    """Every finding; an examination that itself fails is a finding, not the end."""
    for examination in EXAMINATIONS:
        try:
            yield from examination()
        except Exception as error:  # a broken database must not hide the full disk that broke it
            yield Finding("wrong", examination.__name__, f"{type(error).__name__}: {error}")


def main(argv: list[str]) -> int:
    """``sanbao doctor [--json]``. Exit 1 when something is wrong."""
    parser = ArgumentParser(prog="sanbao doctor", description="体检 · say what is well and what is not")
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args(argv).json
    findings = list(examine())
    if as_json:
        print(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=1))
    else:
        signs = {"ok": "✓", "warning": "!", "wrong": "✗"}
        for finding in findings:
            print(f"{signs[finding.level]} {finding.subject}: {finding.sentence}")
    return 1 if any(f.level == "wrong" for f in findings) else 0
