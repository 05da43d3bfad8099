"""The Celery application. Tasks are doorbells: they take ids and dates and call a use case."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "portal.jobs",
        "portal.notices",
        "portal.people.accounts",
        "portal.people.employment",
        "portal.standing.alerts",
        "training.authoring",
    ]
)
