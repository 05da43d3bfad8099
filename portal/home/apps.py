from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        from portal.ui.nav import NavEntry, register

        register(
            NavEntry(
                _("Compliance"), "compliance", ("hr", "auditor"), 5, ("/not-cleared/", "/standing/", "/team/")
            )
        )
        register(NavEntry(_("My team"), "team_board", ("supervisor",), 6, ("/standing/",)))
        register(NavEntry(_("My work"), "my_work", ("staff",), 7, ("/standing/",)))
        register(NavEntry(_("Back office"), "wagtailadmin_home", ("author", "site_admin", "hr"), 90))
        register(NavEntry(_("My work"), "my_work", ("supervisor",), 30))
