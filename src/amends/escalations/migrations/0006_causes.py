import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_mail_comes_in"),
        ("escalations", "0005_every_audience"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="channel",
            field=models.CharField(
                choices=[
                    ("phone", "Phone"),
                    ("mail", "Mail"),
                    ("meeting", "Meeting"),
                    ("page", "Their page"),
                    ("other", "Other"),
                ],
                default="phone",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Cause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160)),
                ("what_we_know", models.TextField(blank=True)),
                ("category", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(choices=[("open", "Open"), ("solved", "Solved")], default="open", max_length=6),
                ),
                ("at", models.DateTimeField()),
                ("solved_at", models.DateTimeField(blank=True, null=True)),
                ("what_was_done", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "solved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="causes",
                        to="directory.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="AffectedAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("how_we_know", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("why_cleared", models.CharField(blank=True, max_length=300)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="affected_by", to="directory.account"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cleared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="affected", to="escalations.cause"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CauseCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="escalations.cause"
                    ),
                ),
                (
                    "escalation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="causes", to="escalations.escalation"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CauseNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("next_what", models.CharField(max_length=300)),
                ("next_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Going out"),
                            ("done", "Gone out"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("trouble", models.CharField(blank=True, max_length=400)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("leased_by", models.CharField(blank=True, max_length=120)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="escalations.cause"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CauseNoticePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "Waiting"), ("told", "Told"), ("not told", "Not told")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=400)),
                ("at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.account"
                    ),
                ),
                (
                    "escalation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalations.escalation",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="escalations.causenotice"
                    ),
                ),
                (
                    "update",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_part",
                        to="escalations.update",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="cause",
            index=models.Index(fields=["state", "-id"], name="cause_by_state"),
        ),
        migrations.AddConstraint(
            model_name="cause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("solved_at__isnull", True), ("state", "open")),
                    models.Q(
                        ("solved_at__isnull", False),
                        ("state", "solved"),
                        models.Q(("what_was_done", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="cause_solved_says_what_was_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="affectedaccount",
            constraint=models.UniqueConstraint(fields=("cause", "account"), name="affected_account_once"),
        ),
        migrations.AddConstraint(
            model_name="affectedaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cleared_at__isnull", True), models.Q(("why_cleared", ""), _negated=True), _connector="OR"
                ),
                name="affected_account_cleared_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="causecase",
            constraint=models.UniqueConstraint(fields=("cause", "escalation"), name="cause_case_once"),
        ),
        migrations.AddIndex(
            model_name="causenotice",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "running"))), fields=["id"], name="cause_notice_under_way"
            ),
        ),
        migrations.AddIndex(
            model_name="causenoticepart",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["notice", "id"], name="cause_notice_part_to_tell"
            ),
        ),
        migrations.AddConstraint(
            model_name="causenoticepart",
            constraint=models.UniqueConstraint(fields=("notice", "account"), name="cause_notice_part_once"),
        ),
        migrations.AddConstraint(
            model_name="causenoticepart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "told"), _negated=True),
                    models.Q(("escalation__isnull", False), ("update__isnull", False)),
                    _connector="OR",
                ),
                name="cause_notice_part_told_by_an_update",
            ),
        ),
        migrations.AddConstraint(
            model_name="causenoticepart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "not told"), _negated=True),
                    models.Q(("why", ""), _negated=True),
                    _connector="OR",
                ),
                name="cause_notice_part_not_told_says_why",
            ),
        ),
    ]
