from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"

    def ready(self) -> None:
        from portal.audit.log import register_action
        from portal.ui.nav import NavEntry, register

        register_action("notices.delivery.changed", "Delivery of messages changed")
        register_action("notices.message.passed_on", "Notice passed on in person")
        register(NavEntry(_("Delivery"), "notices:delivery", ("hr", "site_admin"), 80))
