"""manage.py setup_site: page tree, groups and catalogue of a new installation; safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from certifications.catalog.load import load_catalogue
from portal.home.groups import ensure_groups
from portal.home.pages import ensure_page_tree


class Command(BaseCommand):
    help = "Makes what every installation needs: page tree, groups of the back office, credential catalogue."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_groups(ensure_page_tree())
        self.stdout.write(f"The site is set up; {load_catalogue()} credential types added.")
