import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_who_must_hear")]

    operations = [
        # Without a default, so that SQLite need not rebuild the table, which has triggers.
        migrations.AddField(model_name="contact", name="available", field=models.JSONField(blank=True, null=True)),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="calendar_address",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
