"""A body that is far too large is refused while it arrives, before it fills the disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

# All files of one request together, in files of the allowed size.
FILES_AT_ONCE = 4


class TooLargeFile(UploadedFile):
    """Stands in a form for a file whose content was not kept: name, type and size, nothing to read."""

    def _unreadable(self, *_args: Any, **_kwargs: Any) -> Any:
        raise RequestDataTooBig("The file is larger than CONTENT_MAX_MB allows.")

    open = read = chunks = multiple_chunks = seek = __iter__ = _unreadable


class SizeLimitHandler(FileUploadHandler):
    """Stops keeping a file past the limit; the form says so at the field.

    Set first in FILE_UPLOAD_HANDLERS. The rest of the body is drained, not stored, so that the
    browser hears the answer. A portal form hears of it through `request.files_too_large`
    (portal.files.fields.FileForm). The back office takes larger files, for lessons have films;
    Wagtail's views want to find a file, and get a TooLargeFile (portal.files.content_forms).
    Nothing is kept of what a visitor sends.
    """

    total = 0
    refused = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0
        self.refused = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.seen += len(raw_data)
        self.total += len(raw_data)
        if self.refused:
            return None
        limit = self._limit()
        if self.seen > limit or self.total > limit * FILES_AT_ONCE:
            self._refuse()
            return None
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.refused:
            return None
        return TooLargeFile(None, self.file_name, self.content_type, self.seen)

    def _limit(self) -> int:
        """In bytes, for one file."""
        if self._is_visitor():
            return 0
        return settings.CONTENT_MAX_BYTES if self._is_back_office() else settings.UPLOAD_MAX_BYTES

    def _is_visitor(self) -> bool:
        user = getattr(self.request, "user", None)
        return user is not None and not user.is_authenticated

    def _is_back_office(self) -> bool:
        return self.request is not None and self.request.path.startswith("/admin/")

    def _refuse(self) -> None:
        """Raises SkipFile, or, in the back office, lets the rest pass by and throws away what was kept."""
        if not self._is_back_office() or self._is_visitor():
            too_large: set[str] = getattr(self.request, "files_too_large", set())
            self.request.files_too_large = too_large | {self.field_name}  # type: ignore[union-attr]
            raise SkipFile
        self.refused = True
        for handler in self.request.upload_handlers:  # type: ignore[union-attr]
            kept = getattr(handler, "file", None)
            if kept is not None:
                kept.close()
