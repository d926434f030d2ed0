import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_calendars"),
        ("escalations", "0006_causes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first_contact", "First contact"),
                            ("status", "Status"),
                            ("follow_up", "Follow-up"),
                            ("final", "Final meeting"),
                            ("internal", "Among ourselves"),
                        ],
                        max_length=13,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("zone", models.CharField(max_length=60)),
                ("place", models.CharField(blank=True, max_length=300)),
                ("agenda", models.TextField(blank=True)),
                ("uid", models.CharField(max_length=255, unique=True)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("time_sequence", models.PositiveIntegerField(default=0)),
                ("organiser", models.EmailField(max_length=254)),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Called off")],
                        default="planned",
                        max_length=9,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("why_cancelled", models.CharField(blank=True, max_length=300)),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("lasted", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "mood",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("calm", "Calm"),
                            ("disappointed", "Disappointed"),
                            ("upset", "Upset"),
                            ("furious", "Furious"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("notes_due_at", models.DateTimeField(blank=True, null=True)),
                ("why_no_notes", models.CharField(blank=True, max_length=300)),
                (
                    "escalation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="escalations.escalation",
                    ),
                ),
                (
                    "notes_update",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes_of",
                        to="escalations.update",
                    ),
                ),
                (
                    "organised_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "promise",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting",
                        to="escalations.promise",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at", "-id"],
                "indexes": [
                    models.Index(fields=["escalation", "-starts_at"], name="meeting_of"),
                    models.Index(
                        condition=models.Q(("state", "planned")), fields=["starts_at", "id"], name="meeting_planned"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="meeting_has_a_length"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "planned")),
                            models.Q(models.Q(("state", "planned"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="meeting_settled_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_at__isnull", False), ("state", "held")),
                            models.Q(models.Q(("state", "held"), _negated=True), ("held_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="meeting_held_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("why_cancelled", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="meeting_called_off_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notes_update__isnull", True), ("state", "held"), _connector="OR"),
                        name="meeting_notes_of_what_was_held",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="incoming",
            name="state",
            field=models.CharField(
                choices=[
                    ("new", "Not read yet"),
                    ("filed", "In its case"),
                    ("answer", "An answer to an invitation"),
                    ("to sort", "To be sorted"),
                    ("stranger", "From a stranger"),
                    ("parked", "Cannot be read"),
                    ("machine", "An answering machine’s"),
                    ("bounce", "Mail that came back"),
                    ("loop", "Our own, come back"),
                    ("set aside", "Set aside"),
                ],
                default="new",
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("leads", "Leads"),
                            ("presence", "Empathy and presence"),
                            ("expert", "Expert"),
                            ("guest", "Takes part"),
                        ],
                        default="guest",
                        max_length=8,
                    ),
                ),
                ("is_optional", models.BooleanField(default=False)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("needs_action", "No answer yet"),
                            ("accepted", "Yes"),
                            ("tentative", "Perhaps"),
                            ("declined", "No"),
                        ],
                        default="needs_action",
                        max_length=12,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_sequence", models.PositiveIntegerField(blank=True, null=True)),
                ("answer_stamp", models.DateTimeField(blank=True, null=True)),
                ("comment", models.CharField(blank=True, max_length=500)),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                ("came", models.BooleanField(blank=True, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="directory.contact",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="escalations.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", False), ("member__isnull", True)),
                            models.Q(("contact__isnull", True), ("member__isnull", False)),
                            _connector="OR",
                        ),
                        name="attendance_of_one_person",
                    ),
                    models.UniqueConstraint(fields=("meeting", "contact"), name="attendance_contact_once"),
                    models.UniqueConstraint(fields=("meeting", "member"), name="attendance_member_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "needs_action"), ("answered_at__isnull", True)),
                            models.Q(
                                models.Q(("answer", "needs_action"), _negated=True), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="attendance_answer_has_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingNotes",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="notes",
                        serialize=False,
                        to="escalations.meeting",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="update",
            name="meeting",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="escalations.meeting",
            ),
        ),
    ]
