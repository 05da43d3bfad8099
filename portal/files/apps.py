from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"

    def ready(self) -> None:
        from portal.audit import locks
        from portal.audit.log import register_action
        from portal.files.access import ORIGINAL, hr_alone, register_kind

        locks.append_only(self.get_model("StoredFile"))
        register_kind(ORIGINAL, _("Original of a file"), hr_alone)
        register_action("files.sweep.done", "Files that belonged to nothing were removed")
