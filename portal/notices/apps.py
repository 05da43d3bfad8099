from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"

    def ready(self) -> None:
        from portal.audit.log import register_action
        from portal.notices import corrections, nobody
        from portal.notices.kinds import register_kind
        from portal.people.facts.effects import register_effects
        from portal.people.facts.taking_back import register_ledger
        from portal.ui.nav import NavEntry, register

        register_kind(corrections.CORRECTION, _("Something you were told was taken back"), informs=True)
        register_ledger(corrections.take_back)
        register_effects(corrections.effects)
        register_action("notices.delivery.changed", "Delivery of messages changed")
        register_action("notices.message.passed_on", "Notice passed on in person")
        register(
            NavEntry(_("Delivery"), "notices:delivery", ("hr", "site_admin"), 80, count=nobody.count_for)
        )
