"""Static files as production serves them: hashed, the scripts' own imports too."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

IMPORT = re.compile(r"""(?:^|[;}\s])(?:import|from)\s*['"](\.[^'"]+)['"]""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
# Not ours, or nothing that imports.
LEFT_OUT = [
    "wagtail*",
    "admin",
    "vendor",
    "mfa",
    "account",
    "rest_framework",
    "django_htmx",
    "*.css",
    "*.svg",
]


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> Path:
    """Our scripts, collected through the storage of production."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "portal.ui.storage.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=LEFT_OUT)
    return tmp_path


def test_every_import_of_an_emitted_script_is_hashed_and_exists(collected: Path) -> None:
    ours = [*(collected / "portal/js").glob("*.js"), *(collected / "training").glob("*.js")]
    scripts = [path for path in ours if HASHED.search(path.name)]
    imports = [(path, name) for path in scripts for name in IMPORT.findall(path.read_text())]
    assert len(imports) > 10
    assert [name for _path, name in imports if not HASHED.search(name)] == []
    assert [name for path, name in imports if not (path.parent / name).is_file()] == []
