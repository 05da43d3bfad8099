"""The form field of a private file."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.forms import PortalForm


def _limit() -> int:
    """In MB."""
    return settings.UPLOAD_MAX_BYTES // 2**20


_help = lazy(lambda: _("PDF, JPEG, PNG or HEIC, up to %(mb)d MB.") % {"mb": _limit()}, str)


class PrivateFileField(forms.FileField):
    """A file to be checked by portal.files.intake; the browser is told what is accepted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("File"))
        kwargs.setdefault("help_text", _help())
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png,.heic,.heif"


class FileForm(PortalForm):
    """A form with private files: it names the field whose file was too large to be taken."""

    def __init__(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large: set[str] = getattr(request, "files_too_large", set())

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.too_large & self.fields.keys():
            self.errors.pop(name, None)
            text = _("The file is larger than %(mb)d MB. Send a smaller scan or photo.") % {"mb": _limit()}
            self.add_error(name, text)
