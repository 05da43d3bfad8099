"""Wagtail looks here for what training adds to the back office."""

from training.authoring import bulk, hooks, keeping  # noqa: F401
from training.questions import admin  # noqa: F401
