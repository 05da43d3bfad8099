from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "portal.audit"
    label = "audit"

    def ready(self) -> None:
        from wagtail.models import ModelLogEntry, PageLogEntry

        from portal.audit import locks
        from portal.audit.log import register_action

        locks.append_only(self.get_model("AccessLog"))
        locks.write_once(self.get_model("Hold"), "released_at", "released_by_id")
        # Wagtail's log outlives page, object and user: it deletes and changes none of its rows.
        for model in (ModelLogEntry, PageLogEntry):
            locks.append_only(model)
        register_action("portal.locks.opened", "Opened closed records")
        checks.register(locks.check_locks, checks.Tags.database)
        pre_migrate.connect(locks.before_migrate, dispatch_uid="audit.locks.drop")
        post_migrate.connect(locks.after_migrate, dispatch_uid="audit.locks.create")
