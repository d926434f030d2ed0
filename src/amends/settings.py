"""How this installation runs, read once from the environment.

Everything that an operator can set is an environment variable, listed in docs/guide/operators.md.
What an organisation can set (its name, zone, hours, playbook) lives in the database instead.
"""

import os
import secrets

import dj_database_url
from csp.constants import NONE, SELF

from amends.lib import places

HOME = places.home(os.environ)
URL = os.environ.get("AMENDS_URL", "http://127.0.0.1:8000").rstrip("/")
SMTP_URL = os.environ.get("AMENDS_SMTP_URL", "")
MAIL_FROM = os.environ.get("AMENDS_MAIL_FROM", "")
MAIL_PER_MINUTE = int(os.environ.get("AMENDS_MAIL_PER_MINUTE", "0"))
# How many connections one sender opens to the mail server when there is much to send.
MAIL_CONNECTIONS = int(os.environ.get("AMENDS_MAIL_CONNECTIONS") or "4")
# How long a mail to a customer can be taken back after it was sent.
RECALL_SECONDS = int(os.environ.get("AMENDS_RECALL_SECONDS") or "10")
# How large one file in a case may be.
FILE_LIMIT_MB = int(os.environ.get("AMENDS_FILE_LIMIT_MB") or "10")
# How large a mail may be to be read; what is larger is shown, and stays in the mailbox.
MAIL_LIMIT_MB = int(os.environ.get("AMENDS_MAIL_LIMIT_MB") or "40")
# The mailbox that answers come to: imaps://user:password@host/folder. Blank: no mail comes in by it.
IMAP_URL = os.environ.get("AMENDS_IMAP_URL", "")
# A provider may post what comes in instead: the secret at the end of the address that it posts to.
INBOUND_SECRET = os.environ.get("AMENDS_INBOUND_SECRET", "")
MAIL_COMES_IN = bool(IMAP_URL or INBOUND_SECRET)
# The chat services that members may be reached by, as Apprise names them. Those that are not asked for stand at a
# fixed address of their own; one that takes any host would let whoever sets it have this machine ask inside its
# own network.
CHAT_SCHEMES = tuple(
    scheme.strip().lower()
    for scheme in os.environ.get(
        "AMENDS_CHAT_SCHEMES", "slack,discord,tgram,gchat,wxteams,webex,zoom,pover,pbul"
    ).split(",")
    if scheme.strip()
)
HEARTBEAT_URL = os.environ.get("AMENDS_HEARTBEAT_URL", "")
METRICS_TOKEN = os.environ.get("AMENDS_METRICS_TOKEN", "")


def _secret_key() -> str:
    """The signing key: from the environment for a fleet, else made once in the data folder."""
    if key := os.environ.get("AMENDS_SECRET_KEY"):
        return key
    file = HOME / "secret_key"
    if file.exists():
        return file.read_text().strip()
    HOME.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    file.touch(mode=0o600)
    file.write_text(key)
    return key


def _database() -> dict[str, object]:
    if url := os.environ.get("DATABASE_URL"):
        return {**dj_database_url.parse(url, conn_max_age=300, conn_health_checks=True)}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / places.DATABASE,
        # To open it means to read the whole schema: dearer than most pages' queries. Nobody replaces the file of
        # a server that runs (cli/presence.py).
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction takes the write lock when it begins, so two acts never deadlock on an upgrade.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-4000;"
            ),
        },
    }


SECRET_KEY = _secret_key()
DEBUG = False
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_https = URL.startswith("https://")
_host = URL.split("//", 1)[1].split("/", 1)[0].rsplit(":", 1)[0].strip("[]")
_hosts = [host.strip() for host in os.environ.get("AMENDS_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = [_host, "127.0.0.1", "localhost", "[::1]", *_hosts]
CSRF_TRUSTED_ORIGINS = [URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before allauth, so that its pages and letters have our words and our look.
    "amends.web",
    "allauth",
    "allauth.account",
    "django_htmx",
    "amends.directory",
    "amends.pulse",
    "amends.outbox",
    "amends.playbook",
    "amends.escalations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    # A page is packed to an eighth. A stranger learns nothing from how long it is then: what is secret in it is
    # masked anew each time, and our cookies do not come along when another site asks.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "amends.web.middleware.RequestMoment",
    "amends.web.middleware.MembersFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "amends.web.middleware.RefusalsForPeople",
]

ROOT_URLCONF = "amends.urls"
WSGI_APPLICATION = "amends.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amends.web.frame.frame",
            ]
        },
    }
]

# How often somebody has tried counts for all processes and machines together, so it is kept in the database.
CACHES = {"default": {"BACKEND": "amends.directory.security.tallies.Tallies"}}

AUTH_USER_MODEL = "directory.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "amends.directory.security.passwords.NotOurOwnName"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "amends.web.accounts.MembersOnly"
ACCOUNT_FORMS = {
    "login": "amends.web.forms.login.LoginForm",
    "reset_password": "amends.web.forms.login.ForgottenForm",
    "reset_password_from_key": "amends.web.forms.login.SetForm",
    "change_password": "amends.web.forms.login.ChangeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
# Besides allauth's own limits, by address: deciding from a mail's link; mail that a provider posts, and posts with a
# wrong secret; what is sent from a customer's page (by its link as well), links to it that are not ours, the
# files on it (by the link as well), and asking for one's link again (by the mail address that is typed as well);
# a member's calendar, by its address, and addresses of calendars that are not ours.
ACCOUNT_RATE_LIMITS = {
    "decide": "30/5m/ip",
    "inbound": "600/m/ip",
    "inbound_guess": "30/5m/ip",
    "customer": "60/5m/ip,20/5m/key",
    "customer_guess": "30/5m/ip",
    "customer_file": "60/5m/ip,60/5m/key",
    "customer_again": "10/5m/ip,3/h/key",
    "calendar": "60/5m/key",
    "calendar_guess": "30/5m/ip",
}

SESSION_ENGINE = "amends.directory.security.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
if _https:
    # A browser takes a cookie of such a name from this very host only, and over HTTPS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
if _https and os.environ.get("AMENDS_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Else everybody behind the proxy would share one address, and one limit of failed logins.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "manifest-src": [SELF],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Each account that a notice goes to is a field of its form, which has no more of them than one may go to (2,000).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# The first one leaves out what is too much before it is stored, so that a page can say so; these are far above it.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_HANDLERS = [
    "amends.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Password letters of allauth go out at once, over the same server as everything else.
EMAIL_BACKEND = "amends.web.accounts.SmtpOrConsole"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "amends.lib.logs.OneLine"}},
    "filters": {"said already": {"()": "amends.lib.logs.SaidAlready"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("AMENDS_LOG", "WARNING")},
    "loggers": {
        "amends": {"level": os.environ.get("AMENDS_LOG", "INFO")},
        "django.request": {"level": "ERROR", "filters": ["said already"]},
        # They would write down where a member's chat is, which is a secret.
        "apprise": {"level": "WARNING", "handlers": ["nowhere"], "propagate": False},
        "urllib3": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
