"""What was lifted last, for the page and the feed of holds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalations", "0004_intake")]

    operations = [
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                fields=["-lifted_at", "-id"],
                condition=models.Q(lifted_at__isnull=False),
                name="hold_newest_lifted",
            ),
        ),
    ]
