"""Static files in production: hashed names, compressed, also inside the scripts' own imports."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import` in ES modules to the hashed names, as style sheets have it for `url()`."""

    support_js_module_import_aggregation = True
