from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        from portal.ui.nav import NavEntry, register

        register(NavEntry("Compliance", "compliance", ("hr", "auditor"), 5))
        register(NavEntry("My team", "team_board", ("supervisor",), 10))
        register(NavEntry("My work", "my_work", ("staff", "supervisor"), 20))
