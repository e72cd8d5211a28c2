"""What stands in a lot's way and what lets it through; records may be struck (冲销) and written anew."""

import django.db.models.deletion
from django.db import migrations, models

import sanbao.kernel.lifecycle
import sanbao.kernel.times


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0001_initial"),
        ("trace", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=32)),
                ("version", models.PositiveIntegerField(default=1)),
                ("salt", models.CharField(default=sanbao.kernel.lifecycle.new_salt, max_length=32)),
                ("created_at", models.DateTimeField(default=sanbao.kernel.times.now)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("reason", models.CharField(max_length=300)),
                ("about", models.CharField(blank=True, db_index=True, max_length=80)),
                ("forward", models.BooleanField(default=True)),
                ("placed_by", models.CharField(max_length=80)),
                ("placed_at", models.DateTimeField()),
                ("lots", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("lifted_by", models.CharField(blank=True, max_length=80)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("basis", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "db_table": "trace_hold",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="HeldLot",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lot_id", "hold_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("released", models.BooleanField(default=False)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.hold"),
                ),
            ],
            options={
                "db_table": "trace_held_lot",
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=32)),
                ("version", models.PositiveIntegerField(default=1)),
                ("salt", models.CharField(default=sanbao.kernel.lifecycle.new_salt, max_length=32)),
                ("created_at", models.DateTimeField(default=sanbao.kernel.times.now)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("status", models.CharField(max_length=12)),
                ("basis", models.CharField(max_length=300)),
                ("remark", models.CharField(blank=True, max_length=300)),
                ("given_by", models.CharField(max_length=80)),
                ("given_at", models.DateTimeField()),
                ("lots", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "db_table": "trace_verdict",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="JudgedLot",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lot_id", "verdict_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("before", models.CharField(max_length=12)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
                (
                    "verdict",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.verdict"
                    ),
                ),
            ],
            options={
                "db_table": "trace_judged_lot",
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=40)),
                ("row", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                ("voided", models.CharField(default="", max_length=40)),
                ("number", models.CharField(default="", max_length=40)),
                ("what", models.CharField(max_length=12)),
                ("quantity_milli", models.BigIntegerField()),
                ("moved_on", models.DateField()),
                ("about", models.CharField(default="", max_length=80)),
                ("reason", models.CharField(default="", max_length=200)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"
                    ),
                ),
            ],
            options={
                "db_table": "trace_movement",
            },
        ),
        migrations.CreateModel(
            name="Permit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=32)),
                ("version", models.PositiveIntegerField(default=1)),
                ("salt", models.CharField(default=sanbao.kernel.lifecycle.new_salt, max_length=32)),
                ("created_at", models.DateTimeField(default=sanbao.kernel.times.now)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("kind", models.CharField(max_length=12)),
                ("reason", models.CharField(max_length=300)),
                ("basis", models.CharField(max_length=200)),
                ("applied_by", models.CharField(max_length=80)),
                ("applied_at", models.DateTimeField()),
                ("approver", models.CharField(max_length=80)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("marked", models.CharField(blank=True, max_length=300)),
                ("outcome", models.CharField(blank=True, max_length=300)),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"),
                ),
            ],
            options={
                "db_table": "trace_permit",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Property",
            fields=[
                (
                    "lot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="trace.lot",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.customer"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "property",
                "db_table": "trace_property",
            },
        ),
        migrations.CreateModel(
            name="Reversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=32)),
                ("version", models.PositiveIntegerField(default=1)),
                ("salt", models.CharField(default=sanbao.kernel.lifecycle.new_salt, max_length=32)),
                ("created_at", models.DateTimeField(default=sanbao.kernel.times.now)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("record_kind", models.CharField(max_length=12)),
                ("record_id", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("entered_by", models.CharField(max_length=80)),
                ("entered_at", models.DateTimeField()),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trace.lot"),
                ),
            ],
            options={
                "db_table": "trace_reversal",
                "ordering": ("-id",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="heat",
            name="trace_heat_once",
        ),
        migrations.RemoveConstraint(
            model_name="inspectionreport",
            name="trace_report_once",
        ),
        migrations.RemoveConstraint(
            model_name="materialissue",
            name="trace_issue_once",
        ),
        migrations.RemoveConstraint(
            model_name="packing",
            name="trace_packing_once",
        ),
        migrations.RemoveConstraint(
            model_name="receipt",
            name="trace_receipt_once",
        ),
        migrations.RemoveConstraint(
            model_name="shipment",
            name="trace_shipment_once",
        ),
        migrations.RemoveConstraint(
            model_name="traveller",
            name="trace_traveller_once",
        ),
        migrations.AddField(
            model_name="heat",
            name="voided",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="inspectionreport",
            name="voided",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="materialissue",
            name="voided",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="packing",
            name="voided",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="receipt",
            name="voided",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="shipment",
            name="voided",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="traveller",
            name="voided",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddConstraint(
            model_name="heat",
            constraint=models.UniqueConstraint(fields=("lot", "billet", "voided"), name="trace_heat_once"),
        ),
        migrations.AddConstraint(
            model_name="inspectionreport",
            constraint=models.UniqueConstraint(fields=("lot", "number_key", "voided"), name="trace_report_once"),
        ),
        migrations.AddConstraint(
            model_name="materialissue",
            constraint=models.UniqueConstraint(fields=("into", "lot", "number_key", "voided"), name="trace_issue_once"),
        ),
        migrations.AddConstraint(
            model_name="packing",
            constraint=models.UniqueConstraint(fields=("lot", "voided"), name="trace_packing_once"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("lot", "number_key", "voided"), name="trace_receipt_once"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(fields=("lot", "number_key", "voided"), name="trace_shipment_once"),
        ),
        migrations.AddConstraint(
            model_name="traveller",
            constraint=models.UniqueConstraint(fields=("lot", "voided"), name="trace_traveller_once"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["lot"], name="trace_movement_lot"),
        ),
        migrations.AddIndex(
            model_name="permit",
            index=models.Index(fields=["state", "due_at"], name="trace_permit_open"),
        ),
        migrations.AddConstraint(
            model_name="reversal",
            constraint=models.UniqueConstraint(fields=("record_kind", "record_id"), name="trace_reversal_once"),
        ),
    ]
