from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def were_told_of_each(apps, schema_editor):
    """Of the cases opened until now everybody has had a letter each."""
    parts = apps.get_model("escalations", "CauseNoticePart").objects.filter(notice=OuterRef("pk"), outcome="told")
    notices = apps.get_model("escalations", "CauseNotice").objects.filter(parts__outcome="told")
    numbers = notices.order_by().values("pk").distinct()
    last = Subquery(parts.order_by("-pk").values("pk")[:1])
    apps.get_model("escalations", "CauseNotice").objects.filter(pk__in=numbers).update(announced_to=last)


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0008_what_a_meeting_was"),
    ]

    operations = [
        migrations.AddField(
            model_name="causenotice",
            name="announced_to",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.RunPython(were_told_of_each, migrations.RunPython.noop),
    ]
