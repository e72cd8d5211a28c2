"""The record: journal, deliveries, seals, signatures, attachments, obligations, notices, search index."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import sanbao.kernel.notices
import sanbao.kernel.times


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE TABLE kernel_search_index (doc_id bigint PRIMARY KEY "
            "REFERENCES kernel_search_doc (id) ON DELETE CASCADE, words tsvector NOT NULL)"
        )
        # fastupdate off: a search never pays for other people's pending list.
        schema_editor.execute(
            "CREATE INDEX kernel_search_words ON kernel_search_index USING gin (words) WITH (fastupdate = off)"
        )
    else:
        schema_editor.execute(
            "CREATE VIRTUAL TABLE kernel_search_index USING fts5(words, tokenize = 'ascii', prefix = '7 9', detail = none)"
        )


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE kernel_search_index")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField()),
                ("pid", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "kernel_heartbeat",
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                ("sealed_at", models.DateTimeField()),
                ("entries", models.TextField()),
                ("count", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "kernel_seal",
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(max_length=500)),
                ("actions", models.JSONField(default=list)),
                ("secret", models.CharField(max_length=64)),
                ("active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField(default=sanbao.kernel.times.now)),
            ],
            options={
                "db_table": "kernel_webhook",
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=200)),
                ("subject", models.CharField(default="", max_length=80)),
                ("original", models.BooleanField(default=False)),
                ("stored_at", models.DateTimeField()),
                ("stored_by", models.CharField(max_length=80)),
            ],
            options={
                "db_table": "kernel_attachment",
                "indexes": [models.Index(fields=["subject"], name="attachment_subject")],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=80)),
                ("seq", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                ("origin", models.CharField(max_length=64)),
                ("action", models.CharField(max_length=80)),
                ("clause", models.CharField(max_length=16)),
                ("facts_text", models.TextField()),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "kernel_journal",
                "indexes": [
                    models.Index(fields=["at"], name="journal_at"),
                    models.Index(fields=["actor", "at"], name="journal_actor"),
                    models.Index(fields=["action", "at"], name="journal_action"),
                ],
                "constraints": [models.UniqueConstraint(fields=("subject", "seq"), name="journal_chain")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("recipient", models.CharField(max_length=80)),
                ("about", models.CharField(max_length=120)),
                ("subject", models.CharField(max_length=80)),
                ("sentence", models.JSONField()),
                ("clause", models.CharField(default="", max_length=16)),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("email", models.CharField(default="", max_length=254)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("sending", models.CharField(default=sanbao.kernel.notices.Sending["NONE"], max_length=12)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(default="", max_length=300)),
            ],
            options={
                "db_table": "kernel_notice",
                "indexes": [
                    models.Index(fields=["recipient", "-made_at"], name="notice_mine"),
                    models.Index(condition=models.Q(("sending", "queued")), fields=["due_at"], name="notice_due"),
                ],
                "constraints": [models.UniqueConstraint(fields=("recipient", "about"), name="notice_once")],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=80)),
                ("code", models.CharField(max_length=64)),
                ("sentence", models.JSONField()),
                ("owed_by", models.CharField(max_length=80)),
                ("clause", models.CharField(default="", max_length=16)),
                ("due_at", models.DateTimeField(null=True)),
                ("holds_closing", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=80)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(default="", max_length=80)),
                ("outcome", models.CharField(default="", max_length=200)),
            ],
            options={
                "db_table": "kernel_obligation",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["owed_by", "due_at"], name="obligation_open"
                    ),
                    models.Index(fields=["subject"], name="obligation_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("subject", "code", "owed_by"),
                        name="obligation_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("policy", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("effective_from", models.DateField()),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("drafted_by", models.CharField(max_length=80)),
                ("approved_by", models.CharField(max_length=80)),
                ("approved_at", models.DateTimeField()),
            ],
            options={
                "db_table": "kernel_policy_version",
                "indexes": [models.Index(fields=["policy", "-effective_from", "-number"], name="policy_in_force")],
                "constraints": [models.UniqueConstraint(fields=("policy", "number"), name="policy_number")],
            },
        ),
        migrations.CreateModel(
            name="SearchDoc",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=32)),
                ("object_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "kernel_search_doc",
                "constraints": [models.UniqueConstraint(fields=("kind", "object_id"), name="search_doc_once")],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=80)),
                ("meaning", models.CharField(max_length=40)),
                ("signer", models.CharField(max_length=80)),
                ("signed_at", models.DateTimeField()),
                ("content", models.CharField(max_length=64)),
                ("clause", models.CharField(default="", max_length=16)),
            ],
            options={
                "db_table": "kernel_signature",
                "indexes": [models.Index(fields=["subject"], name="signature_subject")],
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("consumer", models.CharField(max_length=120)),
                ("due_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("trouble", models.TextField(default="")),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="kernel.journalentry"
                    ),
                ),
            ],
            options={
                "db_table": "kernel_pending",
                "indexes": [models.Index(fields=["consumer", "due_at"], name="pending_due")],
                "constraints": [models.UniqueConstraint(fields=("consumer", "entry"), name="pending_once")],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=sanbao.kernel.times.now)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("trouble", models.CharField(default="", max_length=300)),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="kernel.journalentry"
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="kernel.webhook"
                    ),
                ),
            ],
            options={
                "db_table": "kernel_webhook_call",
                "indexes": [models.Index(fields=["webhook", "entry", "status"], name="webhook_call_once")],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
