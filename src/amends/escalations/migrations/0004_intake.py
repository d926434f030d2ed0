"""Until when it was so, and promises to ourselves to look again."""

from django.db import migrations, models

KINDS = [
    ("acknowledgement", "Acknowledgement"),
    ("next_update", "Next update"),
    ("fix_date", "Fix date"),
    ("deliverable", "Something promised"),
    ("look", "Look again"),
]


class Migration(migrations.Migration):
    dependencies = [("escalations", "0003_the_whole_desk")]

    operations = [
        migrations.AddField("escalation", "until_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("escalation", "to_know_since", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "promise", "kind", models.CharField(choices=KINDS, default="next_update", max_length=16)
        ),
    ]
