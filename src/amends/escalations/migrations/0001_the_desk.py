"""All tables of this room. It stands in the place of nine steps, which databases of before it have taken."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from amends.directory.at_once import CreateModels
from amends.escalations import immutable
from amends.escalations.search import triggers

NOUNS = ("account", "contact", "escalation", "problem", "update", "note")


class Migration(migrations.Migration):

    replaces = [('escalations', '0001_initial'), ('escalations', '0002_reopened_and_kept'), ('escalations', '0003_the_whole_desk'), ('escalations', '0004_intake'), ('escalations', '0005_holds_lifted'), ('escalations', '0006_search'), ('escalations', '0007_passages_that_move'), ('escalations', '0008_arrivals'), ('escalations', '0009_reopenings')]

    initial = True

    dependencies = [
        ('directory', '0001_the_desk'),
        ('playbook', '0001_initial'),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name='Arrival',
                fields=[
                    ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                    ('made', models.BigIntegerField(default=0)),
                    ('at', models.DateTimeField(db_index=True)),
                ],
            ),
            migrations.CreateModel(
                name='Escalation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=200)),
                    ('status', models.CharField(choices=[('requested', 'Requested'), ('open', 'Open'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=10)),
                    ('affects_customer', models.BooleanField(default=True)),
                    ('since_at', models.DateTimeField(blank=True, null=True)),
                    ('until_at', models.DateTimeField(blank=True, null=True)),
                    ('customer_should_know', models.BooleanField(default=True)),
                    ('why_not_told', models.CharField(blank=True, max_length=300)),
                    ('to_know_since', models.DateTimeField(blank=True, null=True)),
                    ('channel', models.CharField(choices=[('phone', 'Phone'), ('mail', 'Mail'), ('meeting', 'Meeting'), ('other', 'Other')], default='phone', max_length=8)),
                    ('found_by', models.CharField(choices=[('customer', 'The customer'), ('us', 'We did')], default='customer', max_length=8)),
                    ('mood', models.CharField(blank=True, choices=[('calm', 'Calm'), ('disappointed', 'Disappointed'), ('upset', 'Upset'), ('furious', 'Furious')], max_length=12)),
                    ('patience', models.CharField(blank=True, choices=[('patient', 'Patient'), ('short', 'Short'), ('gone', 'Gone')], max_length=8)),
                    ('sentiment', models.CharField(blank=True, choices=[('confident', 'Confident'), ('uneasy', 'Uneasy'), ('worried', 'Worried')], max_length=10)),
                    ('asks_for_level', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('expectation', models.TextField(blank=True)),
                    ('outcome_wanted', models.TextField(blank=True)),
                    ('category', models.CharField(blank=True, max_length=40)),
                    ('qualifies_by', models.JSONField(blank=True, default=list)),
                    ('tried_first', models.JSONField(blank=True, default=list)),
                    ('tried', models.TextField(blank=True)),
                    ('why_unqualified', models.CharField(blank=True, max_length=300)),
                    ('impact', models.CharField(max_length=40)),
                    ('severity', models.CharField(max_length=40)),
                    ('proposed_severity', models.CharField(max_length=40)),
                    ('because', models.JSONField(default=list)),
                    ('severity_reason', models.CharField(blank=True, max_length=300)),
                    ('trend', models.CharField(choices=[('improving', 'Improving'), ('same', 'Same'), ('declining', 'Declining')], default='same', max_length=10)),
                    ('level', models.PositiveSmallIntegerField(default=1)),
                    ('reported_at', models.DateTimeField()),
                    ('opened_at', models.DateTimeField()),
                    ('accepted_at', models.DateTimeField(blank=True, null=True)),
                    ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                    ('first_contact_at', models.DateTimeField(blank=True, null=True)),
                    ('plan_confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('resolved_at', models.DateTimeField(blank=True, null=True)),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('reopened_at', models.DateTimeField(blank=True, null=True)),
                    ('target_at', models.DateTimeField()),
                    ('last_said_at', models.DateTimeField(blank=True, null=True)),
                    ('last_heard_at', models.DateTimeField(blank=True, null=True)),
                    ('imported_key', models.CharField(blank=True, max_length=120, null=True, unique=True)),
                    ('adopted_at', models.DateTimeField(blank=True, null=True)),
                    ('next_look_at', models.DateTimeField(blank=True, null=True)),
                    ('version', models.PositiveIntegerField(default=0)),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='directory.account')),
                    ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.contact')),
                    ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handles', to=settings.AUTH_USER_MODEL)),
                    ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='escalations.escalation')),
                    ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('playbook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playbook.playbookversion')),
                ],
                options={
                    'ordering': ['-id'],
                    'indexes': [models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at', 'id'], name='escalation_next_look'), models.Index(fields=['status', '-id'], name='escalation_by_status'), models.Index(fields=['account', '-id'], name='escalation_of_account'), models.Index(fields=['handler', 'status'], name='escalation_of_handler')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['requested', 'open', 'resolved']), _negated=True), models.Q(('handler__isnull', False), ('next_look_at__isnull', False)), models.Q(('adopted_at__isnull', True), ('imported_key__isnull', False)), _connector='OR'), name='escalation_under_way_has_handler_and_look'), models.CheckConstraint(condition=models.Q(('customer_should_know', True), models.Q(('why_not_told', ''), _negated=True), _connector='OR'), name='escalation_untold_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='escalation_closed_has_a_moment')],
                },
            ),
            migrations.CreateModel(
                name='Problem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(max_length=300)),
                    ('rank', models.PositiveSmallIntegerField()),
                    ('status', models.CharField(choices=[('named', 'Named'), ('confirmed', 'Confirmed'), ('in work', 'In work'), ('waiting', 'Waiting'), ('solved', 'Solved'), ('declined', 'Declined')], default='named', max_length=10)),
                    ('eta_at', models.DateTimeField(blank=True, null=True)),
                    ('next_step', models.CharField(blank=True, max_length=300)),
                    ('resources', models.CharField(blank=True, max_length=300)),
                    ('waits_on', models.CharField(blank=True, choices=[('team', 'A team'), ('vendor', 'A vendor'), ('customer', 'The customer')], max_length=8)),
                    ('waiting_for', models.CharField(blank=True, max_length=120)),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('why_declined', models.CharField(blank=True, max_length=300)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='escalations.escalation')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='problems', to=settings.AUTH_USER_MODEL)),
                    ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='problems', to='directory.team')),
                ],
                options={
                    'ordering': ['rank', 'id'],
                    'indexes': [models.Index(fields=['owner', 'status'], name='problem_of_owner')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), _negated=True), models.Q(('why_declined', ''), _negated=True), _connector='OR'), name='problem_declined_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('status__in', ['solved', 'declined'])), models.Q(models.Q(('status__in', ['solved', 'declined']), _negated=True), ('settled_at__isnull', True)), _connector='OR'), name='problem_settled_has_a_moment')],
                },
            ),
            migrations.CreateModel(
                name='Note',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.TextField()),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='escalations.escalation')),
                    ('mentions', models.ManyToManyField(blank=True, related_name='mentioned_in', to=settings.AUTH_USER_MODEL)),
                    ('problem', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='escalations.problem')),
                ],
                options={
                    'ordering': ['-at', '-id'],
                    'indexes': [models.Index(fields=['escalation', '-at', '-id'], name='note_of')],
                },
            ),
            migrations.CreateModel(
                name='Update',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('direction', models.CharField(choices=[('out', 'Said'), ('in', 'Heard')], max_length=3)),
                    ('channel', models.CharField(choices=[('mail', 'Mail'), ('call', 'Call'), ('meeting', 'Meeting'), ('page', 'Page')], max_length=8)),
                    ('at', models.DateTimeField()),
                    ('logged_at', models.DateTimeField()),
                    ('subject', models.CharField(blank=True, max_length=200)),
                    ('text', models.TextField()),
                    ('minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('is_mailed', models.BooleanField(default=False)),
                    ('has_news', models.BooleanField(default=True)),
                    ('struck_at', models.DateTimeField(blank=True, null=True)),
                    ('why_struck', models.CharField(blank=True, max_length=300)),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.contact')),
                    ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='escalations.update')),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='escalations.escalation')),
                    ('struck_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['at', 'id'],
                    'indexes': [models.Index(fields=['escalation', '-at'], name='update_of')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('struck_at__isnull', True), models.Q(('why_struck', ''), _negated=True), _connector='OR'), name='update_struck_has_a_reason')],
                },
            ),
            migrations.CreateModel(
                name='Attachment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=160)),
                    ('kind', models.CharField(max_length=80)),
                    ('size', models.PositiveIntegerField()),
                    ('fingerprint', models.CharField(max_length=64)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='escalations.escalation')),
                    ('note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='escalations.note')),
                    ('problem', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='escalations.problem')),
                    ('update', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='escalations.update')),
                ],
                options={
                    'ordering': ['id'],
                    'indexes': [models.Index(fields=['escalation', 'id'], name='attachment_of')],
                },
            ),
            migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=40)),
                    ('at', models.DateTimeField()),
                    ('by_name', models.CharField(max_length=120)),
                    ('words', models.JSONField(default=dict)),
                    ('once', models.CharField(max_length=80, null=True)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='escalations.escalation')),
                ],
                options={
                    'ordering': ['-at', '-id'],
                    'indexes': [models.Index(fields=['escalation', '-at', '-id'], name='event_of'), models.Index(condition=models.Q(('kind', 'escalation.reopened')), fields=['escalation'], name='event_of_reopening')],
                    'constraints': [models.UniqueConstraint(fields=('escalation', 'once'), name='event_once')],
                },
            ),
            migrations.CreateModel(
                name='FileContent',
                fields=[
                    ('attachment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='content', serialize=False, to='escalations.attachment')),
                    ('content', models.BinaryField()),
                ],
            ),
            migrations.CreateModel(
                name='Parked',
                fields=[
                    ('escalation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='escalations.escalation')),
                    ('trouble', models.CharField(max_length=300)),
                    ('since', models.DateTimeField()),
                    ('last_at', models.DateTimeField()),
                    ('tries', models.PositiveSmallIntegerField(default=1)),
                ],
            ),
            migrations.CreateModel(
                name='Decision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('asked_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField()),
                    ('verdict', models.CharField(blank=True, choices=[('accepted', 'Accepted'), ('declined', 'Declined'), ('given back', 'Given back'), ('closed', 'Closed with a note'), ('overtaken', 'No longer asked')], max_length=10)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('words', models.TextField(blank=True)),
                    ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('asked_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL)),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='escalations.escalation')),
                ],
                options={
                    'ordering': ['-asked_at', '-id'],
                    'indexes': [models.Index(condition=models.Q(('verdict', '')), fields=['asked_of', 'due_at'], name='decision_pending_of')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('verdict', '')), fields=('escalation',), name='decision_pending_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='decision_made_has_a_moment')],
                },
            ),
            migrations.CreateModel(
                name='Closure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('outcome', models.CharField(choices=[('recovered', 'Recovered'), ('lost', 'Lost')], max_length=10)),
                    ('confirmed_by', models.CharField(blank=True, max_length=120)),
                    ('confirmed_how', models.CharField(blank=True, max_length=10)),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('why_unconfirmed', models.CharField(blank=True, max_length=300)),
                    ('note', models.TextField(blank=True)),
                    ('closed_at', models.DateTimeField()),
                    ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='escalations.escalation')),
                ],
                options={
                    'ordering': ['-closed_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by', ''), _negated=True), models.Q(('why_unconfirmed', ''), _negated=True), _connector='OR'), name='closure_confirmed_or_reasoned')],
                },
            ),
            migrations.CreateModel(
                name='EventWords',
                fields=[
                    ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='personal', serialize=False, to='escalations.event')),
                    ('words', models.JSONField(default=dict)),
                ],
            ),
            migrations.CreateModel(
                name='ExitCriterion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(max_length=300)),
                    ('rank', models.PositiveSmallIntegerField()),
                    ('met_at', models.DateTimeField(blank=True, null=True)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exit_criteria', to='escalations.escalation')),
                    ('met_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['rank', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Help',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(max_length=300)),
                    ('asked_at', models.DateTimeField()),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('is_given', models.BooleanField(default=False)),
                    ('answer', models.CharField(blank=True, max_length=300)),
                    ('asked_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='helps_asked', to=settings.AUTH_USER_MODEL)),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='helps', to='escalations.escalation')),
                    ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.team')),
                ],
                options={
                    'ordering': ['asked_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['escalation'], name='help_needed_of')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('asked_of__isnull', False), ('team__isnull', False), _connector='OR'), name='help_is_asked_of_somebody')],
                },
            ),
            migrations.CreateModel(
                name='Hold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('since', models.DateTimeField()),
                    ('lifted_at', models.DateTimeField(blank=True, null=True)),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='directory.account')),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='escalations.escalation')),
                ],
                options={
                    'ordering': ['-since', '-id'],
                    'indexes': [models.Index(condition=models.Q(('lifted_at__isnull', True)), fields=['account'], name='hold_standing_on'), models.Index(fields=['-since', '-id'], name='hold_newest'), models.Index(condition=models.Q(('lifted_at__isnull', False)), fields=['-lifted_at', '-id'], name='hold_newest_lifted')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('escalation',), name='hold_once_an_escalation')],
                },
            ),
            migrations.CreateModel(
                name='Mark',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=60)),
                    ('rung', models.PositiveIntegerField()),
                    ('told_at', models.DateTimeField()),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='escalations.escalation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('escalation', 'key'), name='mark_once')],
                },
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('told_at', models.DateTimeField()),
                    ('seen_at', models.DateTimeField(blank=True, null=True)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='escalations.escalation')),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='escalations.event')),
                    ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-told_at', '-id'],
                    'indexes': [models.Index(fields=['member', '-told_at', '-id'], name='notice_newest_of'), models.Index(condition=models.Q(('seen_at__isnull', True)), fields=['member', 'escalation'], name='notice_unseen_of'), models.Index(fields=['escalation', '-told_at'], name='notice_about')],
                    'constraints': [models.UniqueConstraint(fields=('event', 'member'), name='notice_once')],
                },
            ),
            migrations.CreateModel(
                name='Passage',
                fields=[
                    ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                    ('account_id', models.BigIntegerField(null=True)),
                    ('escalation_id', models.BigIntegerField(null=True)),
                    ('name', models.TextField()),
                    ('words', models.TextField()),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('account_id__isnull', False)), fields=['account_id'], name='passage_of_account')],
                },
            ),
            migrations.CreateModel(
                name='PlanConfirmation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('order', models.JSONField()),
                    ('confirmed_by', models.CharField(max_length=120)),
                    ('how', models.CharField(choices=[('mail', 'Mail'), ('call', 'Call'), ('meeting', 'Meeting'), ('page', 'Page')], max_length=8)),
                    ('confirmed_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('lapsed_at', models.DateTimeField(blank=True, null=True)),
                    ('why_lapsed', models.CharField(blank=True, max_length=300)),
                    ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.contact')),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_confirmations', to='escalations.escalation')),
                    ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-recorded_at', '-id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('lapsed_at__isnull', True)), fields=('escalation',), name='plan_confirmation_holds_once')],
                },
            ),
            migrations.CreateModel(
                name='Estimate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('eta_at', models.DateTimeField()),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('set_at', models.DateTimeField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='estimates', to='escalations.problem')),
                ],
                options={
                    'ordering': ['set_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Request',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(max_length=300)),
                    ('made_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField()),
                    ('outcome', models.CharField(blank=True, choices=[('answered', 'Answered'), ('withdrawn', 'Withdrawn')], max_length=10)),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('answer', models.CharField(blank=True, max_length=300)),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='escalations.problem')),
                    ('to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.contact')),
                ],
                options={
                    'ordering': ['due_at', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('settled_at__isnull', True)), models.Q(models.Q(('outcome', ''), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='request_settled_has_a_moment'), models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('problem',), name='request_open_once_a_problem')],
                },
            ),
            migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60)),
                    ('query', models.CharField(max_length=500)),
                    ('is_shared', models.BooleanField(default=False)),
                    ('at', models.DateTimeField()),
                    ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['name', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('member', 'name'), name='saved_view_once')],
                },
            ),
            migrations.CreateModel(
                name='Ticket',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('label', models.CharField(max_length=80)),
                    ('url', models.URLField(max_length=500)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tickets', to='escalations.problem')),
                ],
                options={
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(fields=('problem', 'url'), name='ticket_once')],
                },
            ),
            migrations.CreateModel(
                name='Promise',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('acknowledgement', 'Acknowledgement'), ('next_update', 'Next update'), ('fix_date', 'Fix date'), ('deliverable', 'Something promised'), ('look', 'Look again')], default='next_update', max_length=16)),
                    ('what', models.CharField(max_length=300)),
                    ('channel', models.CharField(choices=[('mail', 'Mail'), ('call', 'Call'), ('meeting', 'Meeting'), ('page', 'Page')], default='mail', max_length=8)),
                    ('made_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField()),
                    ('zone', models.CharField(max_length=60)),
                    ('status', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('kept late', 'Kept late'), ('moved', 'Moved in time'), ('broken', 'Broken'), ('released', 'Released')], default='open', max_length=10)),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('late_by', models.IntegerField(blank=True, null=True)),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='escalations.escalation')),
                    ('moved_from', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_to', to='escalations.promise')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to=settings.AUTH_USER_MODEL)),
                    ('to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.contact')),
                    ('kept_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='keeps', to='escalations.update')),
                    ('made_with', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='makes', to='escalations.update')),
                ],
                options={
                    'ordering': ['due_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['escalation', 'due_at'], name='promise_open_of'), models.Index(condition=models.Q(('status', 'open')), fields=['owner', 'due_at'], name='promise_open_owner'), models.Index(condition=models.Q(('status', 'open')), fields=['due_at', 'id'], name='promise_open_due'), models.Index(fields=['kind', 'status'], name='promise_kind_status')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='promise_settled_has_a_moment'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'kept'), _negated=True), models.Q(('late_by__isnull', False), ('late_by__lte', 0)), _connector='OR'), name='promise_kept_in_time'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'kept late'), _negated=True), models.Q(('late_by__gt', 0), ('late_by__isnull', False)), _connector='OR'), name='promise_kept_late_is_late'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'moved'), _negated=True), ('settled_at__lte', models.F('due_at')), _connector='OR'), name='promise_moved_before_due'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['broken', 'released']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='promise_given_up_has_a_reason')],
                },
            ),
            migrations.CreateModel(
                name='UpdateRecipient',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.contact')),
                    ('update', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='escalations.update')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('update', 'contact'), name='update_recipient_once')],
                },
            ),
            migrations.CreateModel(
                name='Waiver',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(max_length=300)),
                    ('reason', models.CharField(max_length=300)),
                    ('closure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waivers', to='escalations.closure')),
                ],
                options={
                    'ordering': ['id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='waiver_has_a_reason')],
                },
            ),
            migrations.CreateModel(
                name='Watcher',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watchers', to='escalations.escalation')),
                    ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(fields=('escalation', 'member'), name='watcher_once')],
                },
            ),
        ),
        migrations.RunPython(immutable.protect, immutable.unprotect),
        migrations.RunPython(triggers.index, triggers.unindex),
        migrations.RunPython(triggers.covering(*NOUNS), triggers.uncovering(*NOUNS)),
    ]
