from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        from portal.audit.log import register_action
        from portal.ui.nav import NavEntry, register

        register_action("jobs.job.tried_again", "Background work tried again")
        register(NavEntry(_("Background work"), "jobs:list", ("hr", "site_admin"), 85))
