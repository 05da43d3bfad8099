"""Sends every file of a folder to a portal that runs in this process, and prints what was answered.

A process of its own, so that its memory is that of a web process: `python -m tests.files.hostile.send
FOLDER`, with a migrated database in PRECEPTOR_VAR.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

CLEAR_REFS, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


def peak_mb() -> int:
    """The most memory since the last reset."""
    lines = STATUS.read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def main(folder: Path) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.urls import get_resolver

    from portal.clock import business_today
    from portal.files import staging
    from portal.files.models import StagedFile
    from tests.cast import make_cast

    staging.AT_MOST = 1000  # All are looked at in the end.
    cast = make_cast(business_today())
    client = Client(raise_request_exception=False)
    client.force_login(cast.dana, backend="allauth.account.auth_backends.AuthenticationBackend")
    get_resolver().url_patterns  # noqa: B018 - all pages are loaded
    client.get("/credentials/add/")
    CLEAR_REFS.write_text("5")
    answers = {}
    for path in sorted(folder.iterdir()):
        upload = SimpleUploadedFile(path.name, path.read_bytes())
        answer = client.post("/files/stage/", {"file": upload})
        said = answer.json() if answer["Content-Type"] == "application/json" else {}
        answers[path.name] = {"status": answer.status_code, **said}
        if "code" in said:
            staged = StagedFile.objects.get(code=said["code"])
            answers[path.name] |= {"path": staged.path, "type": staged.content_type}
    return {"answers": answers, "peak": peak_mb()}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
