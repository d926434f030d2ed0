from django.db import migrations
from django.db.models import Max


def goes_on(apps, schema_editor):
    """What was merged into a case that was merged itself goes on where that one does."""
    cases = apps.get_model("escalations", "Escalation").objects.order_by()
    merged = dict(cases.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    for case, into in merged.items():
        last = into
        while last in merged:
            last = merged[last]
        if last != into:
            cases.filter(pk=case).update(merged_into=last)


def met_in_what_was_merged(apps, schema_editor):
    """Where they met in a case that was merged, they met in the one that goes on."""
    cases = apps.get_model("escalations", "Escalation").objects.order_by()
    found = cases.filter(merged__last_met_at__isnull=False).annotate(there=Max("merged__last_met_at"))
    for case, here, there in found.values_list("pk", "last_met_at", "there"):
        if here is None or here < there:
            cases.filter(pk=case).update(last_met_at=there)


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0009_one_letter_of_many_cases"),
    ]

    operations = [
        migrations.RunPython(goes_on, migrations.RunPython.noop),
        migrations.RunPython(met_in_what_was_merged, migrations.RunPython.noop),
    ]
