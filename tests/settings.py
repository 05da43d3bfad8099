"""Settings of the test suite: the embedded default, in a folder of its own.

Whatever the shell says, a test never touches a real database, broker or bucket. Only
`make test-services` keeps DATABASE_URL and REDIS_URL, by PRECEPTOR_TEST_SERVICES=1.
"""

import os
import tempfile
from pathlib import Path

_OF_THE_SHELL = (
    "ALLOWED_HOSTS",
    "CONTENT_MAX_MB",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "DECODERS_AT_ONCE",
    "DECODER_MEMORY_MB",
    "DECODER_SECONDS",
    "DECODER_WAIT_SECONDS",
    "GRACEFUL_SECONDS",
    "HOST",
    "LOCK_TIMEOUT_SECONDS",
    "HSTS_INCLUDE_SUBDOMAINS",
    "HSTS_PRELOAD",
    "KEEP_ALIVE_SECONDS",
    "LOG_LEVEL",
    "MAIL_FROM",
    "ORGANIZATION_NAME",
    "PORT",
    "PRECEPTOR_DEMO",
    "S3_BUCKET",
    "SECRET_KEY",
    "SITE_URL",
    "SMTP_URL",
    "STAGED_HOURS",
    "TIME_ZONE",
    "TRUSTED_PROXIES",
    "UPLOAD_MAX_MB",
    "WEB_THREADS",
    "WEB_WORKERS",
)
_OF_THE_SERVICES = ("DATABASE_URL", "REDIS_URL")

SERVICES = os.environ.get("PRECEPTOR_TEST_SERVICES") == "1"
for _name in (*_OF_THE_SHELL, *(() if SERVICES else _OF_THE_SERVICES)):
    os.environ.pop(_name, None)

# One folder per run, which the xdist workers inherit, and in it one per worker.
RUN_DIR = Path(os.environ.get("PRECEPTOR_TEST_RUN") or tempfile.mkdtemp(prefix="preceptor-test-"))
os.environ["PRECEPTOR_TEST_RUN"] = str(RUN_DIR)
os.environ["PRECEPTOR_VAR"] = str(RUN_DIR / os.environ.get("PYTEST_XDIST_WORKER", "main"))
os.environ["PRECEPTOR_ENV"] = "test"

from portal.settings import *  # noqa: E402, F403

# A client starts the whole site. Looking through all static files each time is what production does once.
WHITENOISE_AUTOREFRESH = True
