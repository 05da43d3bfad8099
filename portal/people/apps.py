from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "portal.people"
    label = "people"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.core import checks

        from portal.addresses import check_proxies
        from portal.audit import locks
        from portal.audit.log import register_action
        from portal.people.access.roles import on_sign_in
        from portal.people.models.fact import RecordedFact
        from portal.ui.nav import NavEntry, register

        user_logged_in.connect(on_sign_in, dispatch_uid="people.groups")
        checks.register(check_proxies, checks.Tags.security, deploy=True)
        for model in self.get_models():
            if issubclass(model, RecordedFact):
                locks.recorded_fact(model)
        # A code is what other systems, certificates and files name it by.
        for name in ("Person", "Team", "Profession", "AbsenceKind"):
            locks.frozen(self.get_model(name), "code")
        locks.write_once(self.get_model("Batch"), "undone_at", "undone_by_id")
        locks.frozen(
            self.get_model("Invitation"),
            *("person_id", "kind", "secret_sha256", "created_at", "created_by_id"),
        )
        register(NavEntry(_("People"), "people:list", ("supervisor", "hr", "site_admin"), 20))
        for action, label in {
            "people.person.added": "Person added",
            "people.person.changed": "Person changed",
            "people.name.changed": "Name changed",
            "people.fact.recorded": "Fact recorded",
            "people.fact.corrected": "Fact corrected",
            "people.fact.ended": "Fact ended",
            "people.fact.voided": "Fact withdrawn",
            "people.team.changed": "Team changed",
            "people.role.granted": "Role granted",
            "people.role.ended": "Role ended",
            "people.account.invited": "Invited to open an account",
            "people.account.opened": "Account opened",
            "people.account.closed": "Account closed",
            "people.batch.made": "Batch made",
            "people.batch.undone": "Batch undone",
        }.items():
            register_action(action, label)
