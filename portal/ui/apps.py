from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "portal.ui"
    label = "ui"

    def ready(self) -> None:
        from portal.ui.exports import guard_wagtail_exports

        guard_wagtail_exports()
