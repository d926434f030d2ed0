"""All tables of this room. It stands in the place of five steps, which databases of before it have taken."""

import datetime
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from amends.directory.at_once import CreateModels

SQLITE = """CREATE TRIGGER trace_never_changes BEFORE UPDATE ON directory_trace
            BEGIN SELECT RAISE(ABORT, 'Traces are never changed.'); END"""
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION amends_trace_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'Traces are never changed.'; END $$""",
    """CREATE TRIGGER trace_stays BEFORE UPDATE ON directory_trace
       FOR EACH ROW EXECUTE FUNCTION amends_trace_stays()""",
]


def protect(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else [SQLITE]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    replaces = [('directory', '0001_initial'), ('directory', '0002_the_whole_desk'), ('directory', '0003_import'), ('directory', '0004_feed_address'), ('directory', '0005_guards')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name='Member',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('email', models.EmailField(max_length=254, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('role', models.CharField(choices=[('csm', 'CSM'), ('manager', 'Manager'), ('executive', 'Executive'), ('responder', 'Responder'), ('sales', 'Sales'), ('administrator', 'Administrator')], max_length=16)),
                    ('title', models.CharField(blank=True, max_length=80)),
                    ('zone', models.CharField(default='UTC', max_length=60)),
                    ('phone', models.CharField(blank=True, max_length=40)),
                    ('is_active', models.BooleanField(default=True)),
                    ('joined_at', models.DateTimeField()),
                    ('reports_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['name', 'id'],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='member_email_once')],
                },
            ),
            migrations.CreateModel(
                name='Organisation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120)),
                    ('zone', models.CharField(default='UTC', max_length=60)),
                    ('hours', models.JSONField(default=dict)),
                    ('holidays', models.CharField(blank=True, max_length=12)),
                    ('mail_from', models.EmailField(blank=True, max_length=254)),
                ],
            ),
            migrations.CreateModel(
                name='FeedAddress',
                fields=[
                    ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='feed_address', serialize=False, to=settings.AUTH_USER_MODEL)),
                    ('fingerprint', models.CharField(max_length=64, unique=True)),
                    ('made_at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('from_at', models.DateTimeField()),
                    ('until_at', models.DateTimeField()),
                    ('why', models.CharField(blank=True, max_length=120)),
                    ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
                    ('stand_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['from_at', 'id'],
                    'indexes': [models.Index(fields=['until_at'], name='absence_until')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('until_at__gt', models.F('from_at'))), name='absence_has_a_length'), models.CheckConstraint(condition=models.Q(('stand_in', models.F('member')), _negated=True), name='absence_has_another')],
                },
            ),
            migrations.CreateModel(
                name='Account',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=160, unique=True)),
                    ('external_key', models.CharField(blank=True, max_length=80, null=True, unique=True)),
                    ('spend', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                    ('potential', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                    ('currency', models.CharField(default='EUR', max_length=3)),
                    ('customer_since', models.DateField(blank=True, null=True)),
                    ('renewal_on', models.DateField(blank=True, null=True)),
                    ('is_strategic', models.BooleanField(default=False)),
                    ('is_advocate', models.BooleanField(default=False)),
                    ('presence', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('health', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('industry', models.CharField(blank=True, max_length=80)),
                    ('region', models.CharField(blank=True, max_length=12)),
                    ('zone', models.CharField(default='UTC', max_length=60)),
                    ('mail_domains', models.JSONField(blank=True, default=list)),
                    ('csm', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['name', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('health__isnull', True), ('health__lte', 100), _connector='OR'), name='account_health_0_to_100')],
                },
            ),
            migrations.CreateModel(
                name='Contact',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120)),
                    ('title', models.CharField(blank=True, max_length=80)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('phone', models.CharField(blank=True, max_length=40)),
                    ('zone', models.CharField(blank=True, max_length=60)),
                    ('prefers', models.CharField(choices=[('mail', 'Mail'), ('phone', 'Phone')], default='mail', max_length=5)),
                    ('has_left', models.BooleanField(default=False)),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='directory.account')),
                ],
                options={
                    'ordering': ['name', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Import',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('noun', models.CharField(choices=[('accounts', 'Accounts'), ('contacts', 'Contacts'), ('members', 'Members')], max_length=8)),
                    ('file_name', models.CharField(max_length=200)),
                    ('size', models.PositiveIntegerField()),
                    ('fingerprint', models.CharField(blank=True, max_length=64)),
                    ('layout', models.JSONField(default=dict)),
                    ('headers', models.JSONField(default=list)),
                    ('sample', models.JSONField(default=list)),
                    ('mapping', models.JSONField(default=dict)),
                    ('choices', models.JSONField(default=dict)),
                    ('state', models.CharField(choices=[('arriving', 'Arriving'), ('uploaded', 'Not checked yet'), ('checking', 'Being checked'), ('checked', 'Ready to apply'), ('refused', 'Has bad rows'), ('applying', 'Being applied'), ('applied', 'Applied'), ('stopped', 'Stopped')], default='arriving', max_length=8)),
                    ('trouble', models.CharField(blank=True, max_length=400)),
                    ('rows_about', models.PositiveIntegerField(default=0)),
                    ('rows', models.PositiveIntegerField(default=0)),
                    ('to_add', models.PositiveIntegerField(default=0)),
                    ('to_change', models.PositiveIntegerField(default=0)),
                    ('unchanged', models.PositiveIntegerField(default=0)),
                    ('bad', models.PositiveIntegerField(default=0)),
                    ('mistake_count', models.PositiveIntegerField(default=0)),
                    ('changed_fields', models.JSONField(default=dict)),
                    ('applied', models.PositiveIntegerField(default=0)),
                    ('by_name', models.CharField(max_length=120)),
                    ('uploaded_at', models.DateTimeField()),
                    ('checked_at', models.DateTimeField(blank=True, null=True)),
                    ('applied_at', models.DateTimeField(blank=True, null=True)),
                    ('leased_by', models.CharField(blank=True, max_length=120)),
                    ('leased_until', models.DateTimeField(blank=True, null=True)),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imports', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-uploaded_at', '-id'],
                    'indexes': [models.Index(condition=models.Q(('state__in', ('checking', 'applying'))), fields=['id'], name='import_under_way')],
                },
            ),
            migrations.CreateModel(
                name='ImportMistake',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('line', models.PositiveIntegerField()),
                    ('field', models.CharField(blank=True, max_length=40)),
                    ('value', models.CharField(blank=True, max_length=200)),
                    ('says', models.CharField(max_length=400)),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mistakes', to='directory.import')),
                ],
                options={
                    'ordering': ['id'],
                },
            ),
            migrations.CreateModel(
                name='ImportPiece',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('content', models.BinaryField()),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='directory.import')),
                ],
                options={
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('of', 'number'), name='import_piece_once')],
                },
            ),
            migrations.CreateModel(
                name='Insight',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('upsets', 'What upsets them'), ('helps', 'What helps'), ('temperament', 'How they are'), ('history', 'What has been')], max_length=12)),
                    ('text', models.CharField(max_length=500)),
                    ('at', models.DateTimeField()),
                    ('retired_at', models.DateTimeField(blank=True, null=True)),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='insights', to='directory.account')),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['kind', '-at', '-id'],
                    'indexes': [models.Index(condition=models.Q(('retired_at__isnull', True)), fields=['account'], name='insight_standing_of')],
                },
            ),
            migrations.CreateModel(
                name='Purchase',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(max_length=160)),
                    ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                    ('currency', models.CharField(default='EUR', max_length=3)),
                    ('on', models.DateField()),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='purchases', to='directory.account')),
                ],
                options={
                    'ordering': ['-on', '-id'],
                },
            ),
            migrations.CreateModel(
                name='Seat',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('part', models.CharField(choices=[('csm', 'CSM'), ('sales', 'Sales'), ('support', 'Support'), ('sponsor', 'Executive sponsor')], max_length=10)),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='directory.account')),
                    ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['part', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('account', 'member', 'part'), name='seat_once')],
                },
            ),
            migrations.CreateModel(
                name='Team',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, unique=True)),
                    ('kind', models.CharField(choices=[('support', 'Support'), ('infrastructure', 'Infrastructure'), ('development', 'Development'), ('vendor', 'Vendor'), ('sales', 'Sales'), ('customer success', 'Customer success'), ('finance', 'Finance')], max_length=20)),
                    ('members', models.ManyToManyField(blank=True, related_name='teams', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='Token',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80)),
                    ('scope', models.CharField(choices=[('read', 'Read'), ('write', 'Read and write')], max_length=5)),
                    ('fingerprint', models.CharField(max_length=64, unique=True)),
                    ('made_at', models.DateTimeField()),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
                    ('ends_at', models.DateTimeField(blank=True, null=True)),
                    ('used_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['-made_at'],
                },
            ),
            migrations.CreateModel(
                name='Preference',
                fields=[
                    ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                    ('alarms_by', models.CharField(choices=[('mail', 'Mail'), ('chat', 'Chat'), ('both', 'Mail and chat')], default='mail', max_length=5)),
                    ('notices_by', models.CharField(choices=[('mail', 'Mail'), ('chat', 'Chat'), ('both', 'Mail and chat')], default='mail', max_length=5)),
                    ('chat_url', models.CharField(blank=True, max_length=500)),
                    ('quiet_from', models.TimeField(blank=True, null=True)),
                    ('quiet_until', models.TimeField(blank=True, null=True)),
                    ('wants_digest', models.BooleanField(default=False)),
                    ('wants_weekly', models.BooleanField(default=False)),
                    ('digest_at', models.TimeField(default=datetime.time(8, 0))),
                    ('next_look_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at'], name='preference_next_look')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='preference_quiet_from_and_until')],
                },
            ),
            migrations.CreateModel(
                name='Tally',
                fields=[
                    ('key', models.CharField(max_length=250, primary_key=True, serialize=False)),
                    ('value', models.JSONField()),
                    ('until', models.DateTimeField(db_index=True)),
                ],
            ),
            migrations.CreateModel(
                name='Session',
                fields=[
                    ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                    ('session_data', models.TextField(verbose_name='session data')),
                    ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                    ('began_at', models.DateTimeField(null=True)),
                    ('seen_at', models.DateTimeField(null=True)),
                    ('browser', models.CharField(blank=True, max_length=60)),
                    ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'session',
                    'verbose_name_plural': 'sessions',
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Trace',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(db_index=True)),
                    ('by_name', models.CharField(max_length=120)),
                    ('act', models.CharField(max_length=40)),
                    ('subject', models.CharField(max_length=40)),
                    ('name', models.CharField(max_length=200)),
                    ('before', models.JSONField(default=dict)),
                    ('after', models.JSONField(default=dict)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['subject'], name='trace_of')],
                },
            ),
        ),
        migrations.RunPython(protect, migrations.RunPython.noop),
    ]
