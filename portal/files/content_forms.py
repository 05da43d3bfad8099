"""The back office's forms of documents and images: a refused file is told what is taken, at the field."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from portal.files.uploading import TooLargeFile


class AcceptedFileMixin:
    """Before Wagtail's form: names types and limit in the help text, and after every refusal."""

    fields: dict[str, Any]
    files: Any
    too_large: TooLargeFile | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = self.accepted()

    def types_and_limit(self) -> tuple[list[str], int]:
        """Extensions, and bytes."""
        raise NotImplementedError

    def accepted(self) -> str:
        extensions, limit = self.types_and_limit()
        words = {"types": ", ".join(extensions).upper(), "limit": filesizeformat(limit)}
        return _("Accepted: %(types)s, up to %(limit)s.") % words

    def _clean_fields(self) -> None:
        name = self.add_prefix("file")  # type: ignore[attr-defined]
        upload = self.files.get(name)
        if isinstance(upload, TooLargeFile):  # It has no content that a check could read.
            self.too_large = upload
            self.files = {key: file for key, file in self.files.items() if key != name}
        super()._clean_fields()  # type: ignore[misc]

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        if self.too_large and "file" in self.fields:
            # Not what the checks said of the file that they were not given.
            self._errors.pop("file", None)  # type: ignore[attr-defined]
            text = _("The file is too large (%(size)s).") % {"size": filesizeformat(self.too_large.size or 0)}
            self.add_error("file", ValidationError(text, code="file_too_large"))  # type: ignore[attr-defined]
        if self._errors.get("file"):  # type: ignore[attr-defined]
            self.add_error("file", self.accepted())  # type: ignore[attr-defined]


class ContentDocumentForm(AcceptedFileMixin, BaseDocumentForm):
    def types_and_limit(self) -> tuple[list[str], int]:
        return settings.WAGTAILDOCS_EXTENSIONS, settings.CONTENT_MAX_BYTES


class ContentImageForm(AcceptedFileMixin, BaseImageForm):
    def types_and_limit(self) -> tuple[list[str], int]:
        return settings.WAGTAILIMAGES_EXTENSIONS, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
