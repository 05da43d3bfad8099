"""Wagtail looks here for what certifications add to the back office."""

from certifications.catalog import admin  # noqa: F401
