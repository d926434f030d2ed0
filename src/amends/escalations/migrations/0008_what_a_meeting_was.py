import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, OuterRef, Q, Subquery


def name_the_words(apps, schema_editor):
    """The word that says that a meeting was held is the one that kept its promise.

    A word that kept those of several meetings says of none of them that it was held, and is left as it was.
    """
    words = apps.get_model("escalations", "Update").objects.filter(keeps__meeting__state="held")
    of_one = words.order_by().annotate(meetings=Count("keeps")).filter(meetings=1).values("pk")
    promises = apps.get_model("escalations", "Promise").objects.filter(
        meeting=OuterRef("pk"), kept_by__channel="meeting", kept_by__struck_at__isnull=True, kept_by__in=of_one
    )
    held = apps.get_model("escalations", "Meeting").objects.filter(state="held", promise__kept_by__isnull=False)
    held.update(held_update=Subquery(promises.values("kept_by")[:1]))


def say_when_they_met(apps, schema_editor):
    updates = apps.get_model("escalations", "Update").objects.filter(
        escalation=OuterRef("pk"), channel="meeting", struck_at__isnull=True
    )
    met = apps.get_model("escalations", "Escalation").objects.filter(updates__channel="meeting")
    last = Subquery(updates.order_by("-at").values("at")[:1])
    numbers = met.order_by().values("pk").distinct()
    apps.get_model("escalations", "Escalation").objects.filter(pk__in=numbers).update(last_met_at=last)


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0007_meetings"),
    ]

    operations = [
        migrations.AddField(
            model_name="escalation",
            name="last_met_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="held_update",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="held",
                to="escalations.update",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=Q(("held_update__isnull", True), ("state", "held"), _connector="OR"),
                name="meeting_word_of_what_was_held",
            ),
        ),
        migrations.RunPython(name_the_words, migrations.RunPython.noop),
        migrations.RunPython(say_when_they_met, migrations.RunPython.noop),
    ]
