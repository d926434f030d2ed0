"""What came back is found without reading every event."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalations", "0008_arrivals")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["escalation"], condition=models.Q(kind="escalation.reopened"), name="event_of_reopening"
            ),
        ),
    ]
