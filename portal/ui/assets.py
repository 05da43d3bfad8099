"""Copies the listed front-end files from node_modules to two git-ignored folders.

`static/vendor/` is served to browsers; `portal/documents/vendor/` holds the whole fonts of documents, which
nobody downloads. Runs without Django, so that `make` can call it first: `python -m portal.ui.assets`.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE.parent.parent / "node_modules"
VENDOR = HERE / "static" / "vendor"
PRINT = HERE.parent / "documents" / "vendor"

# The map is named at the end of the style sheet: collectstatic fails where it is missing.
BOOTSTRAP = ("bootstrap.min.css", "bootstrap.min.css.map")
SUBSETS = ("latin", "latin-ext", "vietnamese")
FACES = {
    "source-sans-3": ("400-normal", "400-italic", "600-normal"),
    "source-serif-4": ("400-normal", "400-italic", "600-normal"),
}

# Whole fonts, by the package that holds them: the file in it, and what it is called here.
_GOOGLE, _EMBED, _SOURCE = "@expo-google-fonts", "@embedpdf", "@fontsource"
WHOLE_FONTS = {
    f"{_GOOGLE}/source-sans-3": {
        "400Regular/SourceSans3_400Regular.ttf": "source-sans-3-400-normal.ttf",
        "400Regular_Italic/SourceSans3_400Regular_Italic.ttf": "source-sans-3-400-italic.ttf",
        "600SemiBold/SourceSans3_600SemiBold.ttf": "source-sans-3-600-normal.ttf",
    },
    f"{_GOOGLE}/source-serif-4": {
        "400Regular/SourceSerif4_400Regular.ttf": "source-serif-4-400-normal.ttf",
        "400Regular_Italic/SourceSerif4_400Regular_Italic.ttf": "source-serif-4-400-italic.ttf",
        "600SemiBold/SourceSerif4_600SemiBold.ttf": "source-serif-4-600-normal.ttf",
    },
    f"{_GOOGLE}/noto-sans": {
        "400Regular/NotoSans_400Regular.ttf": "noto-sans-400-normal.ttf",
        "400Regular_Italic/NotoSans_400Regular_Italic.ttf": "noto-sans-400-italic.ttf",
        "600SemiBold/NotoSans_600SemiBold.ttf": "noto-sans-600-normal.ttf",
    },
    f"{_GOOGLE}/noto-sans-hebrew": {
        "400Regular/NotoSansHebrew_400Regular.ttf": "noto-sans-hebrew-400-normal.ttf",
        "600SemiBold/NotoSansHebrew_600SemiBold.ttf": "noto-sans-hebrew-600-normal.ttf",
    },
    f"{_GOOGLE}/noto-sans-thai": {
        "400Regular/NotoSansThai_400Regular.ttf": "noto-sans-thai-400-normal.ttf",
        "600SemiBold/NotoSansThai_600SemiBold.ttf": "noto-sans-thai-600-normal.ttf",
    },
    f"{_GOOGLE}/noto-emoji": {"400Regular/NotoEmoji_400Regular.ttf": "noto-emoji-400-normal.ttf"},
    f"{_SOURCE}/noto-sans-math": {
        "files/noto-sans-math-latin-400-normal.woff2": "noto-sans-math-400-normal.woff2"
    },
    f"{_SOURCE}/noto-sans-symbols-2": {
        "files/noto-sans-symbols-2-symbols-400-normal.woff2": "noto-sans-symbols-2-400-normal.woff2"
    },
    f"{_EMBED}/fonts-arabic": {
        "fonts/NotoNaskhArabic-Regular.ttf": "noto-naskh-arabic-400-normal.ttf",
        "fonts/NotoNaskhArabic-Bold.ttf": "noto-naskh-arabic-600-normal.ttf",
    },
    f"{_EMBED}/fonts-sc": {"fonts/NotoSansHans-Regular.otf": "noto-sans-sc-400-normal.otf"},
    f"{_EMBED}/fonts-jp": {"fonts/NotoSansJP-Regular.otf": "noto-sans-jp-400-normal.otf"},
    f"{_EMBED}/fonts-kr": {"fonts/NotoSansKR-Regular.otf": "noto-sans-kr-400-normal.otf"},
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
    return files | _whole_fonts()


def _whole_fonts() -> dict[Path, Path]:
    files = {}
    for package, fonts in WHOLE_FONTS.items():
        folder = NODE_MODULES / package
        license_name = "LICENSE_FONT" if package.startswith(_GOOGLE) else "LICENSE"
        files[folder / license_name] = PRINT / f"{package.rpartition('/')[2]}-LICENSE.txt"
        files |= {folder / source: PRINT / name for source, name in fonts.items()}
    return files


def copy_assets() -> int:
    """Copies what is new or changed, removes what is no longer listed. Returns the number of files listed."""
    files = wanted()
    missing = [source for source in files if not source.is_file()]
    if missing:
        raise FileNotFoundError(f"{missing[0]} is missing. Run `npm ci` first.")
    for stale in {*VENDOR.rglob("*.*"), *PRINT.rglob("*.*")} - set(files.values()):
        stale.unlink()
    for source, target in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return len(files)


if __name__ == "__main__":
    try:
        folders = [folder.relative_to(Path.cwd(), walk_up=True) for folder in (VENDOR, PRINT)]
        sys.stdout.write(f"{copy_assets()} front-end files in {folders[0]} and {folders[1]}\n")
    except FileNotFoundError as error:
        sys.exit(str(error))
