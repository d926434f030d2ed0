"""Sessions that know whose they are, tallies of tries, traces of who changed what, and tokens that end."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = """CREATE TRIGGER trace_never_changes BEFORE UPDATE ON directory_trace
            BEGIN SELECT RAISE(ABORT, 'Traces are never changed.'); END"""
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION amends_trace_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'Traces are never changed.'; END $$""",
    """CREATE TRIGGER trace_stays BEFORE UPDATE ON directory_trace
       FOR EACH ROW EXECUTE FUNCTION amends_trace_stays()""",
]


def protect(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else [SQLITE]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_feed_address"), ("sessions", "0001_initial")]

    operations = [
        migrations.AddField("token", "ends_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("token", "used_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("key", models.CharField(max_length=250, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("began_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("browser", models.CharField(blank=True, max_length=60)),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("by_name", models.CharField(max_length=120)),
                ("act", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-id"], "indexes": [models.Index(fields=["subject"], name="trace_of")]},
        ),
        migrations.RunPython(protect, migrations.RunPython.noop),
        # From now on everybody is logged in by a row of the table above.
        migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop),
    ]
