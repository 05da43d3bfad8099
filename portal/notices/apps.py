from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"

    def ready(self) -> None:
        from portal.audit.log import register_action
        from portal.ui.nav import NavEntry, register

        register_action("notices.delivery.changed", "Delivery of messages changed")
        register(NavEntry("Delivery", "notices:delivery", ("hr", "site_admin"), 80))
