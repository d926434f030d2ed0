"""What moves to another escalation is found there."""

from django.db import migrations

from amends.escalations.search import triggers


class Migration(migrations.Migration):
    dependencies = [("escalations", "0006_search")]

    operations = [
        migrations.RunPython(triggers.covering("problem", "update", "note"), migrations.RunPython.noop),
    ]
