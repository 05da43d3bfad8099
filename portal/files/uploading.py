"""A body that is far too large is refused while it arrives, before it fills the disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

# All files of one request together, in files of the allowed size.
FILES_AT_ONCE = 4


class SizeLimitHandler(FileUploadHandler):
    """Stops keeping a file past the limit; the form says so at the field (portal.files.fields.FileForm).

    Set first in FILE_UPLOAD_HANDLERS. The rest of the body is drained, not stored, so that the
    browser hears the answer. The back office takes larger files, for lessons have films; there the
    answer is a page. Nothing is kept of what a visitor sends.
    """

    total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        self.total += len(raw_data)
        limit = self._limit()
        if self.seen > limit or self.total > limit * FILES_AT_ONCE:
            self._refuse()
        return raw_data

    def _limit(self) -> int:
        """In bytes, for one file."""
        user = getattr(self.request, "user", None)
        if user is not None and not user.is_authenticated:
            return 0
        return settings.CONTENT_MAX_BYTES if self._is_back_office() else settings.UPLOAD_MAX_BYTES

    def _is_back_office(self) -> bool:
        return self.request is not None and self.request.path.startswith("/admin/")

    def _refuse(self) -> None:
        if self._is_back_office():
            raise RequestDataTooBig("The file is larger than CONTENT_MAX_MB allows.")
        too_large: set[str] = getattr(self.request, "files_too_large", set())
        self.request.files_too_large = too_large | {self.field_name}  # type: ignore[union-attr]
        raise SkipFile

    def file_complete(self, file_size: int) -> None:
        return None
