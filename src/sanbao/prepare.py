"""`sanbao prepare` and `sanbao migrate`: bring a data folder to where this version wants it, never without a copy."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sanbao.kernel import backup


def pending_migrations() -> list[str]:
    """What migrating would apply, e.g. ``["complaints.0002_views"]``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date() -> None:
    """Migrate; a database that holds data is backed up first."""
    pending = pending_migrations()
    if pending and backup.holds_data():
        print(f"升级前已备份 backed up before migrating: {backup.before('migrate')}", flush=True)
    # Also without pending ones: what runs after every migrate (triggers, default policies) is put right.
    call_command("migrate", interactive=False, verbosity=0)
    if pending:
        print(f"数据库已升级 database migrated: {len(pending)}", flush=True)


def gather_static_files() -> None:
    """Styles and scripts under names that carry their digest, compressed: browsers keep them for good."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    call_command("collectstatic", interactive=False, verbosity=0)


def migrate(argv: list[str]) -> int:
    """``sanbao migrate``"""
    ArgumentParser(prog="sanbao migrate", description="升级数据库，先备份 · migrate, after a backup").parse_args(argv)
    bring_up_to_date()
    return 0


def main(argv: list[str]) -> int:
    """``sanbao prepare [--demo]``: migrate, which loads the default policies, and fill an empty house if asked."""
    parser = ArgumentParser(prog="sanbao prepare", description="准备数据库与规则表 · make ready to serve")
    parser.add_argument("--demo", action="store_true", help="空库时装入演示公司 · a company when the database is empty")
    arguments = parser.parse_args(argv)
    bring_up_to_date()
    gather_static_files()
    if arguments.demo and not backup.holds_data():
        from sanbao.demo import load

        print("装入演示公司，稍候 loading the demonstration company …", flush=True)
        load()
    return 0
