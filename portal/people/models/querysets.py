"""The reading vocabulary for people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef

from portal.folding import fold

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


# Each word is a condition of the query; SQLite takes no thousand of them.
MOST_WORDS = 12


class PersonQuerySet(models.QuerySet[Any]):
    def employed(self, on: date) -> Self:
        """People with an employment that holds the day."""
        employments = self.model._meta.get_field("employments").related_model.objects
        return self.filter(Exists(employments.current().on(on).filter(person=OuterRef("pk"))))

    def on_card(self) -> Self:
        """Everybody: the card circle (name, title, team) is open to every colleague."""
        return self.all()

    def visible_to(self, viewer: Viewer) -> Self:
        """The people whose standing the viewer may see: oneself, the own line, HR's and auditors' scope."""
        return self.filter(viewer.standing_q("pk"))

    def matching(self, text: str) -> Self:
        """People whose name or employee number contains every word of the text (of its first twelve).

        Whatever accents it is typed with.
        """
        rows = self
        for word in fold(text).split()[:MOST_WORDS]:
            rows = rows.filter(search_text__contains=word)
        return rows
