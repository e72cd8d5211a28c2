"""Events, their index, how they came in, what was asked.

Keys and measures are made by hand: on SQLite WITHOUT ROWID, because the key is the whole row; on PostgreSQL in the C
collation, so that a pattern of identifiers is a range of keys.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import sanbao.kernel.times

TABLES = {
    "sqlite": (
        """CREATE TABLE epcis_key (
            name TEXT NOT NULL, value TEXT NOT NULL, event_id INTEGER NOT NULL,
            PRIMARY KEY (name, value, event_id)) WITHOUT ROWID""",
        """CREATE TABLE epcis_measure (
            name TEXT NOT NULL, value REAL NOT NULL, event_id INTEGER NOT NULL,
            PRIMARY KEY (name, value, event_id)) WITHOUT ROWID""",
    ),
    "postgresql": (
        """CREATE TABLE epcis_key (
            name varchar(200) COLLATE "C" NOT NULL, value varchar(200) COLLATE "C" NOT NULL, event_id bigint NOT NULL,
            PRIMARY KEY (name, value, event_id))""",
        """CREATE TABLE epcis_measure (
            name varchar(200) COLLATE "C" NOT NULL, value double precision NOT NULL, event_id bigint NOT NULL,
            PRIMARY KEY (name, value, event_id))""",
    ),
}


def make_tables(apps, schema_editor):
    for statement in TABLES[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_tables(apps, schema_editor):
    for table in ("epcis_measure", "epcis_key"):
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0003_what_is_late"),
        ("trace", "0002_control"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_tables, drop_tables)],
            state_operations=[
                migrations.CreateModel(
                    name="Key",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "name",
                                "value",
                                "event_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("value", models.CharField(max_length=200)),
                        ("event_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "epcis_key",
                    },
                ),
                migrations.CreateModel(
                    name="Measure",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "name",
                                "value",
                                "event_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("value", models.FloatField()),
                        ("event_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "epcis_measure",
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("uri", models.CharField(max_length=1000)),
            ],
            options={
                "db_table": "epcis_place",
            },
        ),
        migrations.CreateModel(
            name="Element",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("uri", models.CharField(max_length=1000)),
                ("vocabulary", models.CharField(max_length=200)),
            ],
            options={
                "db_table": "epcis_element",
            },
        ),
        migrations.CreateModel(
            name="NamedQuery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True)),
                ("query", models.TextField()),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField(default=sanbao.kernel.times.now)),
            ],
            options={
                "db_table": "epcis_query",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Namespaces",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("entries", models.TextField()),
            ],
            options={
                "db_table": "epcis_namespaces",
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("kind", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "epcis_publication",
            },
        ),
        migrations.CreateModel(
            name="SpentToken",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "epcis_spent_token",
            },
        ),
        migrations.CreateModel(
            name="Capture",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("stage", models.CharField(default="checking", max_length=10)),
                ("behaviour", models.CharField(default="rollback", max_length=10)),
                ("by_worker", models.BooleanField(default=False)),
                ("single", models.BooleanField(default=False)),
                ("actor", models.CharField(max_length=80)),
                ("origin", models.CharField(default="", max_length=64)),
                ("name", models.CharField(default="", max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.BigIntegerField(default=0)),
                ("head", models.TextField(default="")),
                ("created_at", models.DateTimeField(default=sanbao.kernel.times.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("events", models.PositiveIntegerField(default=0)),
                ("next_event", models.PositiveIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "attachment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.attachment",
                    ),
                ),
            ],
            options={
                "db_table": "epcis_capture",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Child",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("child", models.CharField(max_length=200)),
                (
                    "element",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="children", to="epcis.element"
                    ),
                ),
            ],
            options={
                "db_table": "epcis_child",
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("event_id", models.CharField(max_length=500, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                (
                    "capture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reservations", to="epcis.capture"
                    ),
                ),
            ],
            options={
                "db_table": "epcis_reservation",
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("dest", models.CharField(max_length=500)),
                ("signature_token", models.CharField(default="", max_length=200)),
                ("stream", models.BooleanField(default=False)),
                ("schedule", models.JSONField(default=dict)),
                ("report_if_empty", models.BooleanField(default=False)),
                ("epc_format", models.CharField(default="", max_length=30)),
                ("initial_record_time", models.DateTimeField()),
                ("min_record_time", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField(default=sanbao.kernel.times.now)),
                ("last_notified_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("seen", models.BigIntegerField(default=0)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(default="", max_length=300)),
                (
                    "query",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="subscriptions", to="epcis.namedquery"
                    ),
                ),
            ],
            options={
                "db_table": "epcis_subscription",
                "ordering": ("created_at",),
            },
        ),
        migrations.CreateModel(
            name="Thing",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("uri", models.CharField(max_length=1000)),
                ("made_milli", models.BigIntegerField(null=True)),
                ("ours", models.BooleanField(default=False)),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"),
                ),
            ],
            options={
                "db_table": "epcis_thing",
            },
        ),
        migrations.CreateModel(
            name="CaptureProblem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("event_id", models.CharField(default="", max_length=500)),
                ("code", models.CharField(max_length=40)),
                ("path", models.CharField(default="", max_length=300)),
                ("facts", models.JSONField(default=dict)),
                (
                    "capture",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="epcis.capture",
                    ),
                ),
            ],
            options={
                "db_table": "epcis_problem",
                "ordering": ("capture", "position", "id"),
                "indexes": [models.Index(fields=["capture", "position"], name="epcis_problem_of")],
            },
        ),
        migrations.CreateModel(
            name="Attribute",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("value", models.CharField(max_length=500)),
                (
                    "element",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attributes", to="epcis.element"
                    ),
                ),
            ],
            options={
                "db_table": "epcis_attribute",
                "indexes": [models.Index(fields=["name", "value"], name="epcis_attribute_value")],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("event_id", models.CharField(max_length=500)),
                ("declaration", models.CharField(default="", max_length=64)),
                ("assigned", models.BooleanField(default=False)),
                ("type", models.CharField(max_length=200)),
                ("action", models.CharField(default="", max_length=8)),
                ("event_time", models.DateTimeField()),
                ("record_time", models.DateTimeField()),
                ("declared_at", models.DateTimeField(null=True)),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("position", models.PositiveIntegerField(default=0)),
                ("own", models.CharField(default="", max_length=40)),
                ("voided", models.BooleanField(default=False)),
                (
                    "capture",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="epcis.capture",
                    ),
                ),
                (
                    "namespaces",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="epcis.namespaces",
                    ),
                ),
            ],
            options={
                "db_table": "epcis_event",
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["event_time"], name="epcis_event_time"),
                    models.Index(fields=["record_time"], name="epcis_event_recorded"),
                    models.Index(fields=["capture", "position"], name="epcis_event_of"),
                ],
                "constraints": [models.UniqueConstraint(fields=("event_id", "declaration"), name="epcis_event_once")],
            },
        ),
    ]
