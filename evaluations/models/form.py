"""The form of an evaluation, as HR keeps it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormTemplate(models.Model):
    """A form as HR keeps it. Launching freezes its `content` into the evaluation."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("title"), max_length=160)
    content = models.JSONField(_("content"), help_text=_("Scale, sections, items with stable ids."))
    qualification_code = models.CharField(
        max_length=120, default="evaluation:annual", help_text=_("What closing it is evidence for.")
    )
    self_hidden_until_rated = models.BooleanField(
        default=False, help_text=_("The supervisor rates before seeing the self-evaluation.")
    )
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("evaluation form")
        ordering = ["title", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_form_per_version")]

    def __str__(self) -> str:
        return self.title
