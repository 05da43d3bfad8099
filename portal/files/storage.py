"""Where the site's content lies when it lies in a bucket."""

from typing import Any

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage


class BucketContent(S3Storage):
    """Its addresses are ours: content is for signed-in people, and comes from our origin only."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        path: str = filepath_to_uri(name) or ""
        return settings.MEDIA_URL + path.lstrip("/")
