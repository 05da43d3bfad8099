"""Every setting, driven by the environment; a clone runs with none set.

PRECEPTOR_ENV is "development" (default), "test" or "production". Production refuses to
start without its keys and says which. docs/settings.md lists the variables.
"""

from datetime import date
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from portal import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("PRECEPTOR_ENV", "development")
if ENVIRONMENT not in {"development", "test", "production"}:
    raise ImproperlyConfigured("PRECEPTOR_ENV must be development, test or production.")
PRODUCTION = ENVIRONMENT == "production"
TESTING = ENVIRONMENT == "test"
DEBUG = env.flag("DEBUG") and not PRODUCTION
# The demo shows its accounts on the sign-in page and does not ask for a second factor.
DEMO = env.flag("PRECEPTOR_DEMO") and not PRODUCTION

if PRODUCTION:
    env.demand(
        {
            "SECRET_KEY": "signs sessions and links",
            "DATABASE_URL": "the PostgreSQL database",
            "REDIS_URL": "the task broker",
            "ALLOWED_HOSTS": "the names this site answers to",
            "SITE_URL": "the address in mails and on certificates",
            "SMTP_URL": "where mail goes out, smtp://user:password@host:587",
        }
    )

VAR_DIR = Path(env.text("PRECEPTOR_VAR", str(BASE_DIR / "var")))
SECRET_KEY = env.secret("SECRET_KEY", "development-only-key-that-production-refuses-to-use")
SITE_URL = env.text("SITE_URL", f"http://localhost:{env.integer('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS", SITE_URL)
# How many proxies, each appending to X-Forwarded-For, stand before this site.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)
ORGANIZATION_NAME = env.text("ORGANIZATION_NAME", "Harbor Valley Care Network")

INSTALLED_APPS = [
    "portal.ui",
    "portal.audit",
    "portal.people",
    "portal.notices",
    "portal.files",
    "portal.jobs",
    "portal.standing",
    "training",
    "certifications",
    "evaluations",
    "portal.home",
    "portal.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.people.accounts.wagtail_users.PortalUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    # PostgreSQL refuses Wagtail's search index without it; it does no harm on SQLite.
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "portal.home.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.ui.csp.PathPolicyMiddleware",
    "portal.ui.caching.PrivateAnswersMiddleware",
    "portal.ui.middleware.CleanCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.people.accounts.activity.SessionActivityMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.audit.middleware.ActorMiddleware",
    "portal.people.access.middleware.WhoMiddleware",
    "portal.ui.middleware.WellFormedMiddleware",
    "portal.people.accounts.posts.PostsMiddleware",
    "portal.people.accounts.admission.AdmissionMiddleware",
    "portal.people.accounts.middleware.SecondFactorMiddleware",
    "portal.people.access.middleware.BackOfficeMiddleware",
    "portal.notices.middleware.NoticeCountMiddleware",
    "portal.audit.middleware.DomainErrorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

# Parts are compiled once per process outside development with DEBUG.
_LOADERS: list[Any] = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": ["django_cotton.templatetags.cotton", "portal.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context_processors.layout",
                *(["portal.demo.context_processors.accounts"] if DEMO else []),
            ],
        },
    },
]
COTTON_DIR = "components"
FORM_RENDERER = "portal.ui.forms.PortalRenderer"

# SQLite takes the write lock when a transaction begins: two writers queue instead of one failing.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        # REPLACE asks the delete triggers, so that it cannot pass by a lock.
        "PRAGMA recursive_triggers=ON;"
    ),
    "timeout": 20,
}
DATABASE_URL = env.secret("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
DATABASES: dict[str, Any] = {
    "default": dict(dj_database_url.parse(DATABASE_URL, conn_max_age=env.integer("DATABASE_MAX_AGE", 60)))
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    _OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    # Of a database that hangs, /readyz tells within seconds, and a request does not wait for minutes.
    _OPTIONS.setdefault("connect_timeout", 5)
    # A statement that waits longer for another transaction ends; the page says to try again.
    # And no statement is compiled: where the planner guesses too high, that takes seconds for milliseconds.
    _FOR_THE_SESSION = f"-c lock_timeout={env.integer('LOCK_TIMEOUT_SECONDS', 10)}s -c jit=off"
    _OPTIONS["options"] = f"{_OPTIONS.get('options', '')} {_FOR_THE_SESSION}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache: shared between processes where there is Redis; rate limits need that.
REDIS_URL = env.secret("REDIS_URL")
CACHES: dict[str, Any] = {
    "default": (
        {"BACKEND": "portal.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache"}
    )
}
if TESTING:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}

# ---- people and sign-in -------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = env.integer("SESSION_SECONDS", 60 * 60 * 12)
SESSION_COOKIE_HTTPONLY = True

ACCOUNT_ADAPTER = "portal.people.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "employee_number"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "portal.people.accounts.forms.WordedLoginForm",
    "add_email": "portal.people.accounts.forms.WordedAddEmailForm",
    "change_password": "portal.people.accounts.forms.WordedChangePasswordForm",
    "reset_password": "portal.people.accounts.forms.AskForResetForm",
}
ACCOUNT_USER_DISPLAY = "portal.people.accounts.adapters.display_name"
# The link of a mail that was asked for a minute ago; made when it is sent.
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False if TESTING else {}
MFA_ADAPTER = "portal.people.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Preceptor"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = True
# Roles that must have a second factor before anything else opens to them.
SECOND_FACTOR_ROLES = frozenset() if DEMO else frozenset({"hr", "auditor", "site_admin"})

# ---- language and time --------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "America/Los_Angeles")
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]

# ---- files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_URL = "/content/"
MEDIA_ROOT = VAR_DIR / "content"
PRIVATE_ROOT = VAR_DIR / "private"
_BUCKET = env.text("S3_BUCKET")


def _storage(folder: str, root: Path, base_url: str | None) -> dict[str, Any]:
    if _BUCKET:
        options = {
            "bucket_name": _BUCKET,
            "location": folder,
            "endpoint_url": env.text("S3_ENDPOINT") or None,
            "access_key": env.secret("S3_ACCESS_KEY"),
            "secret_key": env.secret("S3_SECRET_KEY"),
            "region_name": env.text("S3_REGION") or None,
            "default_acl": "private",
            "querystring_auth": True,
        }
        backend = "portal.files.storage.BucketContent" if base_url else "storages.backends.s3.S3Storage"
        return {"BACKEND": backend, "OPTIONS": options}
    options = {"location": str(root), "base_url": base_url}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


STORAGES = {
    "default": _storage("content", MEDIA_ROOT, MEDIA_URL),
    "content": _storage("content", MEDIA_ROOT, MEDIA_URL),
    # Never under MEDIA_URL: every byte leaves through a view that asks who wants it.
    "private": _storage("private", PRIVATE_ROOT, None),
    "staticfiles": {
        "BACKEND": (
            "portal.ui.storage.StaticStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_MB", 20) * 1024 * 1024
# A file that somebody sent is opened in a process of its own, with these limits (portal.files.decoder).
DECODER_MEMORY_MB = env.integer("DECODER_MEMORY_MB", 1024)
DECODER_SECONDS = env.integer("DECODER_SECONDS", 20)
DECODERS_AT_ONCE = env.integer("DECODERS_AT_ONCE", 2)
DECODER_WAIT_SECONDS = env.integer("DECODER_WAIT_SECONDS", 15)
# How long a file is kept that was sent and belongs to no record yet.
STAGED_HOURS = env.integer("STAGED_HOURS", 48)
# Films and handouts, in the back office.
CONTENT_MAX_BYTES = env.integer("CONTENT_MAX_MB", 500) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.files.uploading.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# ---- Wagtail ------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Preceptor"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILIMAGES_IMAGE_MODEL = "files.ContentImage"
WAGTAILDOCS_DOCUMENT_MODEL = "files.ContentDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.files.content_forms.ContentDocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = CONTENT_MAX_BYTES
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "pptx", "txt", "vtt", "xlsx", "mp4", "webm"]
WAGTAILDOCS_CONTENT_TYPES = {"vtt": "text/vtt", "webm": "video/webm", "mp4": "video/mp4"}
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.files.content_forms.ContentImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = min(10 * 1024 * 1024, CONTENT_MAX_BYTES)
# Opened in our own process, for authors alone: 100 MB once it is unpacked.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# The organization's own days off, beside the federal holidays: 2026-12-24,2026-12-31
DAYS_OFF = frozenset(date.fromisoformat(day) for day in env.listing("DAYS_OFF"))

# ---- mail ---------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Preceptor <preceptor@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SMTP_URL = env.secret("SMTP_URL")


def _mailer() -> dict[str, Any]:
    if not SMTP_URL:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(VAR_DIR / "mail")},
        }
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(SMTP_URL)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or 25,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls" or parts.port == 587,
            "use_ssl": parts.scheme == "smtps",
            # Seconds for each step of a mail; all of them together stay below the lease of a message.
            "timeout": 10,
        },
    }


# From this hour of the day (of the organization's time zone) on, each person gets the day's digest.
DIGEST_HOUR = 0 if TESTING else env.integer("DIGEST_HOUR", 7)
MAILERS = {"default": _mailer()}
if TESTING:
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}

# ---- background work ----------------------------------------------------------------------
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
# Kombu's own ends the worker for one half-written file.
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "portal.broker:FolderTransport"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # Without these a send waits for ever where Redis hangs, and 6 s where it refuses.
    {"visibility_timeout": 3600, "max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        # The default of a second makes 25 tasks take 8 s.
        "polling_interval": 0.05,
    }
)
# A mail server that hangs keeps nothing else from being done.
CELERY_TASK_ROUTES = {
    "portal.notices.tasks.ring": {"queue": "mail"},
    "portal.notices.tasks.ring_account_mail": {"queue": "mail"},
}
CELERY_TASK_ALWAYS_EAGER = TESTING and not env.flag("REAL_BROKER")
CELERY_TASK_EAGER_PROPAGATES = TESTING
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: a worker that gave up would have to be started by hand.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_SERIALIZER = "json"
# Names of tasks only: a message is a doorbell, the work itself is a row.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "locks of the database": {"task": "portal.audit.tasks.look_after_locks", "schedule": 60.0 * 60},
    "ring for work whose lease ran out": {"task": "portal.jobs.tasks.ring", "schedule": 30.0},
    "ring for mail about accounts": {"task": "portal.notices.tasks.ring_account_mail", "schedule": 30.0},
    "ring for mail that is owed": {"task": "portal.notices.tasks.ring", "schedule": 30.0},
    "lists of what is told in person": {"task": "portal.notices.tasks.tend", "schedule": 60.0 * 60},
    "accounts of people who left": {
        "task": "portal.people.accounts.tasks.close_accounts",
        "schedule": 60.0 * 60,
    },
    "names of the day": {
        "task": "portal.people.employment.tasks.names_of_the_day",
        "schedule": 60.0 * 60,
    },
    "files that belong to nothing": {
        "task": "portal.files.tasks.sweep_files",
        "schedule": 60.0 * 60 * 6,
    },
    "courses planned for now": {
        "task": "training.authoring.tasks.publish_scheduled",
        "schedule": 60.0,
    },
    "daily alerts": {"task": "portal.standing.alerts.tasks.daily_alerts", "schedule": 60.0 * 15},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# ---- protections --------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
# Wagtail's admin and its previews carry inline scripts and styles of their own.
ADMIN_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "blob:"],
    "frame-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
# Scripts read the token when they send: that of a page is old after a sign-in beside it. The cookie
# opens nothing by itself; the session's stays out of every script's reach.
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "portal.people.accounts.posts.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", 60 * 60 * 24 * 365)
    # Both speak for names this site does not own, and cannot be taken back for months.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS")
    SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD")
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING" if TESTING else "INFO")},
    "loggers": {
        # WeasyPrint and fontTools narrate every glyph; only what went wrong matters here.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # Each saved page is three lines otherwise.
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}

for _folder in (VAR_DIR, STATIC_ROOT, MEDIA_ROOT, PRIVATE_ROOT, BROKER_DIR / "queue", BROKER_DIR / "control"):
    if not PRODUCTION:
        _folder.mkdir(parents=True, exist_ok=True)
