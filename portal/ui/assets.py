"""Copies the listed front-end files from node_modules to the git-ignored `static/vendor/`.

Runs without Django, so that `make` can call it first: `python -m portal.ui.assets`.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE.parent.parent / "node_modules"
VENDOR = HERE / "static" / "vendor"

# The map is named at the end of the style sheet: collectstatic fails where it is missing.
BOOTSTRAP = ("bootstrap.min.css", "bootstrap.min.css.map")
SUBSETS = ("latin", "latin-ext", "vietnamese")
FACES = {
    "source-sans-3": ("400-normal", "400-italic", "600-normal"),
    "source-serif-4": ("400-normal", "400-italic", "600-normal"),
}


def wanted() -> dict[Path, Path]:
    """Each file to copy, and where to."""
    files = {NODE_MODULES / "bootstrap/dist/css" / name: VENDOR / "bootstrap" / name for name in BOOTSTRAP}
    for family, faces in FACES.items():
        folder = NODE_MODULES / "@fontsource" / family
        files[folder / "LICENSE"] = VENDOR / "fonts" / f"{family}-LICENSE.txt"
        for subset in SUBSETS:
            for face in faces:
                name = f"{family}-{subset}-{face}.woff2"
                files[folder / "files" / name] = VENDOR / "fonts" / name
    return files


def copy_assets() -> int:
    """Copies what is new or changed, removes what is no longer listed. Returns the number of files listed."""
    files = wanted()
    missing = [source for source in files if not source.is_file()]
    if missing:
        raise FileNotFoundError(f"{missing[0]} is missing. Run `npm ci` first.")
    for stale in set(VENDOR.rglob("*.*")) - set(files.values()):
        stale.unlink()
    for source, target in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return len(files)


if __name__ == "__main__":
    try:
        sys.stdout.write(
            f"{copy_assets()} front-end files in {VENDOR.relative_to(Path.cwd(), walk_up=True)}\n"
        )
    except FileNotFoundError as error:
        sys.exit(str(error))
