"""The form field of a private file: what was chosen is staged at once, and the form carries its code."""

from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

from portal.files import words
from portal.files.errors import BadFile
from portal.files.models import StagedFile
from portal.files.staging import find_staged, stage_upload
from portal.ui.forms import PortalForm

_help = lazy(words.accepted, str)
# A phone offers its camera and its files for these.
ACCEPT = "image/*,application/pdf,.pdf,.jpg,.jpeg,.png,.heic,.heif"
PHOTO, STAGED, WITHOUT = "-photo", "-staged", "-without"


class Sent(NamedTuple):
    """What a form sends of a file: its bytes, or the code of one that was staged before."""

    upload: UploadedFile | None
    code: str


class PrivateFileInput(forms.FileInput):
    """A file, or a photo taken now; what is staged already is named, and can be left out."""

    template_name = "django/forms/widgets/private_file.html"
    staged: StagedFile | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent | None:
        upload = files.get(name) or files.get(f"{name}{PHOTO}")
        code = "" if data.get(f"{name}{WITHOUT}") else str(data.get(f"{name}{STAGED}", ""))
        return Sent(upload, code) if upload is not None or code else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return self.value_from_datadict(data, files, name) is None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"] |= {
            "names": {"photo": name + PHOTO, "staged": name + STAGED, "without": name + WITHOUT},
            "staged": self.staged,
            "limit": settings.UPLOAD_MAX_BYTES,
            "too_large": words.too_large(),
        }
        if self.staged:
            context["widget"] |= described(self.staged)
        return context


def described(staged: StagedFile) -> dict[str, str]:
    """What a page says of a staged file."""
    return {
        "code": staged.code,
        "file": staged.name,
        "meta": words.described(staged.content_type, staged.size),
        "note": words.left_out(staged.removed),
    }


class PrivateFileField(forms.FileField):
    """A private file: cleaned, it is the StagedFile that the use case claims (portal.files.staging.claim)."""

    widget = PrivateFileInput
    sender: Any = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("File"))
        kwargs.setdefault("help_text", _help())
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ACCEPT

    def clean(self, data: Sent | None, _initial: Any = None) -> StagedFile | None:
        """Outside any transaction: opening a file takes long."""
        if data is None:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            if data.upload is not None:
                staged = stage_upload(data.upload, sender=self.sender)
            else:
                staged = find_staged(data.code, sender=self.sender)
        except BadFile as error:
            raise forms.ValidationError(error.message, code="bad_file") from error
        self.widget.staged = staged
        return staged


class FileForm(PortalForm):
    """A form with private files: it names the field whose file was too large to be taken."""

    def __init__(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large: set[str] = getattr(request, "files_too_large", set())
        for field in self.fields.values():
            if isinstance(field, PrivateFileField):
                field.sender = getattr(request, "user", None)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in {sent.removesuffix(PHOTO) for sent in self.too_large} & self.fields.keys():
            self.errors.pop(name, None)
            self.add_error(name, words.too_large())
