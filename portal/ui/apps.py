from django.apps import AppConfig

# Where our models are.
OURS = ("portal.", "training.", "certifications.", "evaluations.")


class UiConfig(AppConfig):
    name = "portal.ui"
    label = "ui"

    def ready(self) -> None:
        from django.apps import apps

        from portal.ui.exports import guard_wagtail_exports
        from portal.ui.limits import guard_day_fields, guard_models

        guard_wagtail_exports()
        guard_day_fields()
        guard_models(model for model in apps.get_models() if model.__module__.startswith(OURS))
