from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "portal.demo"
    label = "demo"

    def ready(self) -> None:
        from portal.demo.records import FORMER
        from portal.standing.evidence import register_source

        register_source(FORMER, "taken over from the former records")
