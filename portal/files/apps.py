from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"

    def ready(self) -> None:
        from portal.audit import locks

        locks.append_only(self.get_model("StoredFile"))
