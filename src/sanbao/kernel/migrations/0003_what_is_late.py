"""Escalation level by level; notices that are over; duties that are late (M-04)."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_clock_numberseries_policydraft_clockpause")]

    operations = [
        migrations.RemoveIndex(model_name="clock", name="clock_escalate"),
        migrations.AddField("clock", "level", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("notice", "over_at", models.DateTimeField(null=True)),
        migrations.AddField("obligation", "late_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "clock", models.Index(fields=["escalate_at"], condition=Q(stopped_at=None), name="clock_escalate")
        ),
        migrations.AddIndex("notice", models.Index(fields=["subject"], condition=Q(over_at=None), name="notice_open")),
        migrations.AddIndex(
            "obligation",
            models.Index(fields=["due_at"], condition=Q(done_at=None, late_at=None), name="obligation_due"),
        ),
    ]
