"""What every page of a course does when it is saved, published or aliased, whoever asks for it."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import Page

from portal.errors import Refused

type Check = Callable[[Page], None]
_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Asked with the page as it would be published; raises what keeps it from that."""
    if check not in _checks:
        _checks.append(check)


class OneDoor:
    """Bulk, workflow, schedule and code publish by `publish()`; the button asks the same check by a hook."""

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Publish a revision, all of it or nothing; the user stands on the edition that comes of it.

        Raises Refused where the page is not complete. What is planned for later is checked when its
        time has come.
        """
        with transaction.atomic(), LogContext(user=user) if user else nullcontext():
            page = revision.as_object()
            if not is_for_later(page):
                for check in _checks:
                    check(page)
            return super().publish(revision, user=user, **kwargs)  # type: ignore[misc]

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        self._keep_what_is_live()
        return super().save_revision(*args, **kwargs)  # type: ignore[misc]

    def _keep_what_is_live(self) -> None:
        """A page that came in live has no revision of that: without one, planning a change takes it offline."""
        page: Any = self
        if not page.pk or page.live_revision_id or page.alias_of_id:
            return
        live = type(page).objects.filter(pk=page.pk, live=True, live_revision__isnull=True).first()
        if live is not None:
            kept: Any = super(OneDoor, live)
            revision = kept.save_revision(clean=False, changed=False, log_action=False)
            type(page).objects.filter(pk=page.pk).update(live_revision=revision)
            page.live_revision = revision

    def create_alias(self, *args: Any, **kwargs: Any) -> Any:
        """Raises Refused: an alias would change with its model, and no edition would tell."""
        raise Refused(_("A course is copied, not shown twice: choose a copy that is no alias."))


def is_for_later(page: Any) -> bool:
    """Would publishing it now only plan it?"""
    return page.go_live_at is not None and page.go_live_at > timezone.now()
