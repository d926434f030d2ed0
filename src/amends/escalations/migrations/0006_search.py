"""The index of the search, and the triggers that keep it right."""

from django.db import migrations, models

from amends.escalations.search import triggers

NOUNS = ("account", "contact", "escalation", "problem", "update", "note")


class Migration(migrations.Migration):
    dependencies = [("escalations", "0005_holds_lifted"), ("directory", "0002_the_whole_desk")]

    operations = [
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("account_id", models.BigIntegerField(null=True)),
                ("escalation_id", models.BigIntegerField(null=True)),
                ("name", models.TextField()),
                ("words", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("account_id__isnull", False)),
                        fields=["account_id"],
                        name="passage_of_account",
                    )
                ],
            },
        ),
        migrations.RunPython(triggers.index, triggers.unindex),
        migrations.RunPython(triggers.covering(*NOUNS), triggers.uncovering(*NOUNS)),
    ]
