from django.db import migrations, models

# Written out: Django would rebuild the table on SQLite, and with it lose the triggers that keep inside text inside.
ADDED = 'ALTER TABLE "outbox_delivery" ADD COLUMN "returns" smallint DEFAULT 0 NOT NULL CHECK ("returns" >= 0)'
TAKEN = 'ALTER TABLE "outbox_delivery" DROP COLUMN "returns"'


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0003_mail_comes_in"),
    ]

    operations = [
        migrations.RunSQL(
            ADDED,
            TAKEN,
            state_operations=[
                migrations.AddField(
                    model_name="delivery",
                    name="returns",
                    field=models.PositiveSmallIntegerField(db_default=0, default=0),
                ),
            ],
        ),
    ]
