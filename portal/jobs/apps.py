from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        from portal.audit.log import register_action
        from portal.jobs import taking_back
        from portal.jobs.queue import register as register_job
        from portal.people.record.later import register_worker
        from portal.ui.nav import NavEntry, register

        register_job(
            taking_back.TAKE_BACK,
            taking_back.take_back_job,
            _("Taking back what concerns everybody"),
            taking_back.about,
        )
        register_worker(taking_back.ask_for_taking_back, taking_back.told_of)
        register_action("jobs.job.tried_again", "Background work tried again")
        register(NavEntry(_("Background work"), "jobs:list", ("hr", "site_admin"), 85))
