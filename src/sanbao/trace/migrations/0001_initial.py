"""Lots, links, handles and records.

Links and handles are made by hand: on SQLite WITHOUT ROWID, so that a link costs about 35 bytes and the closure
reads neighbouring rows; on PostgreSQL with the two b-trees that backward and forward steps need, and nothing else.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = {
    "sqlite": (
        """CREATE TABLE trace_lot_link (
            dst INTEGER NOT NULL, src INTEGER NOT NULL, event INTEGER NOT NULL, quantity_milli INTEGER,
            PRIMARY KEY (dst, src, event)) WITHOUT ROWID""",
        "CREATE INDEX trace_lot_link_src ON trace_lot_link (src)",
        """CREATE TABLE trace_handle (
            key TEXT NOT NULL, kind TEXT NOT NULL, lot_id INTEGER NOT NULL,
            PRIMARY KEY (key, kind, lot_id)) WITHOUT ROWID""",
    ),
    "postgresql": (
        """CREATE TABLE trace_lot_link (
            dst bigint NOT NULL, src bigint NOT NULL, event bigint NOT NULL, quantity_milli bigint,
            PRIMARY KEY (dst, src, event))""",
        "CREATE INDEX trace_lot_link_src ON trace_lot_link (src, dst)",
        """CREATE TABLE trace_handle (
            key varchar(64) COLLATE "C" NOT NULL, kind varchar(12) NOT NULL, lot_id bigint NOT NULL,
            PRIMARY KEY (key, kind, lot_id))""",
    ),
}


def make_tables(apps, schema_editor):
    for statement in TABLES[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_tables(apps, schema_editor):
    for table in ("trace_handle", "trace_lot_link"):
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_tables, drop_tables)],
            state_operations=[
                migrations.CreateModel(
                    name="Handle",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "key", "kind", "lot_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=64)),
                        ("kind", models.CharField(max_length=12)),
                        ("lot_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "trace_handle",
                    },
                ),
                migrations.CreateModel(
                    name="LotLink",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "dst", "src", "event", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("dst", models.BigIntegerField()),
                        ("src", models.BigIntegerField()),
                        ("event", models.BigIntegerField()),
                        ("quantity_milli", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "db_table": "trace_lot_link",
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("code", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=12)),
                ("quantity_milli", models.BigIntegerField(null=True)),
                ("unit", models.CharField(default="kg", max_length=8)),
                ("status", models.CharField(default="pending", max_length=12)),
                ("made_on", models.DateField(null=True)),
                (
                    "material",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.material",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "db_table": "trace_lot",
            },
        ),
        migrations.CreateModel(
            name="InspectionReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("number", models.CharField(max_length=40)),
                ("number_key", models.CharField(max_length=40)),
                ("inspected_on", models.DateField(null=True)),
                ("measured", models.JSONField(default=dict)),
                ("appearance", models.CharField(default="", max_length=40)),
                ("conclusion", models.CharField(max_length=12)),
                ("inspector", models.CharField(default="", max_length=40)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
            ],
            options={
                "db_table": "trace_report",
                "constraints": [models.UniqueConstraint(fields=("lot", "number_key"), name="trace_report_once")],
            },
        ),
        migrations.CreateModel(
            name="Heat",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("pieces", models.PositiveIntegerField(null=True)),
                ("quantity_milli", models.BigIntegerField(null=True)),
                ("cast_on", models.DateField(null=True)),
                (
                    "billet",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
            ],
            options={
                "db_table": "trace_heat",
                "constraints": [models.UniqueConstraint(fields=("lot", "billet"), name="trace_heat_once")],
            },
        ),
        migrations.CreateModel(
            name="MaterialIssue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("number", models.CharField(max_length=40)),
                ("number_key", models.CharField(max_length=40)),
                ("department", models.CharField(default="", max_length=40)),
                ("material_name", models.CharField(default="", max_length=80)),
                ("quantity_milli", models.BigIntegerField()),
                ("issued_on", models.DateField(null=True)),
                (
                    "into",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
            ],
            options={
                "db_table": "trace_issue",
                "constraints": [models.UniqueConstraint(fields=("into", "lot", "number_key"), name="trace_issue_once")],
            },
        ),
        migrations.CreateModel(
            name="Packing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("spray_code", models.CharField(default="", max_length=64)),
                ("travellers", models.CharField(default="", max_length=400)),
                ("pieces", models.PositiveIntegerField(null=True)),
                ("packed_on", models.DateField(null=True)),
                ("location", models.CharField(default="", max_length=40)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
            ],
            options={
                "db_table": "trace_packing",
                "constraints": [models.UniqueConstraint(fields=("lot",), name="trace_packing_once")],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("number", models.CharField(max_length=40)),
                ("number_key", models.CharField(max_length=40)),
                ("material_name", models.CharField(default="", max_length=80)),
                ("specification", models.CharField(default="", max_length=80)),
                ("supplier_lot", models.CharField(default="", max_length=64)),
                ("quantity_milli", models.BigIntegerField()),
                ("certificate", models.CharField(default="", max_length=64)),
                ("inspector", models.CharField(default="", max_length=40)),
                ("received_on", models.DateField(null=True)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.supplier"
                    ),
                ),
            ],
            options={
                "db_table": "trace_receipt",
                "constraints": [models.UniqueConstraint(fields=("lot", "number_key"), name="trace_receipt_once")],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("number", models.CharField(max_length=40)),
                ("number_key", models.CharField(max_length=40)),
                ("quantity_milli", models.BigIntegerField(null=True)),
                ("shipped_on", models.DateField(null=True)),
                ("vehicle", models.CharField(default="", max_length=40)),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.customer"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.site",
                    ),
                ),
            ],
            options={
                "db_table": "trace_shipment",
                "constraints": [models.UniqueConstraint(fields=("lot", "number_key"), name="trace_shipment_once")],
            },
        ),
        migrations.CreateModel(
            name="Traveller",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("basket", models.CharField(default="", max_length=20)),
                ("billets", models.CharField(default="", max_length=200)),
                ("press", models.CharField(default="", max_length=40)),
                ("shift", models.CharField(default="", max_length=20)),
                ("extruded_on", models.DateField(null=True)),
                ("ageing", models.CharField(default="", max_length=200)),
                ("aged_on", models.DateField(null=True)),
                ("finish", models.CharField(default="", max_length=200)),
                ("finished_on", models.DateField(null=True)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
            ],
            options={
                "db_table": "trace_traveller",
                "constraints": [models.UniqueConstraint(fields=("lot",), name="trace_traveller_once")],
            },
        ),
    ]
