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
        from portal.people.directory import kinds
        from portal.people.models.fact import RecordedFact
        from portal.ui.nav import NavEntry, register

        user_logged_in.connect(on_sign_in, dispatch_uid="people.groups")
        checks.register(check_proxies, checks.Tags.security, deploy=True)
        for model in self.get_models():
            if issubclass(model, RecordedFact):
                locks.recorded_fact(model)
        self._lock_days()
        # A code is what other systems, certificates and files name it by.
        for name in ("Person", "Team", "Profession", "AbsenceKind"):
            locks.frozen(self.get_model(name), "code")
        locks.append_only(self.get_model("Batch"))
        change = self.get_model("Change")
        columns = [str(field.column) for field in change._meta.concrete_fields]
        locks.frozen(change, *(column for column in columns if column not in ("id", "stands")))
        for name in ("ChangePerson", "ChangeWithdrawal"):
            locks.append_only(self.get_model(name))
        kinds.register()
        locks.frozen(
            self.get_model("Invitation"),
            *("person_id", "kind", "secret_sha256", "created_at", "created_by_id"),
        )
        register(
            NavEntry(_("People"), "people:list", ("supervisor", "hr", "site_admin"), 20, ("/credentials/",))
        )
        for action, label in {
            "people.person.added": "Person added",
            "people.person.changed": "Person changed",
            "people.change.made": "Change of the record",
            "people.account.invited": "Invited to open an account",
            "people.account.opened": "Account opened",
            "people.account.closed": "Account closed",
            "people.batch.made": "Batch made",
        }.items():
            register_action(action, label)

    def _lock_days(self) -> None:
        """Of these, exactly one counts on any day."""
        from portal.audit import locks

        for name in ("Employment", "HomeState", "PersonProfession"):
            locks.one_at_a_time(self.get_model(name), "person")
        locks.one_at_a_time(self.get_model("Position"), "person", where='OLD."is_primary"')
        locks.one_at_a_time(self.get_model("PersonName"), "person", "kind")
        locks.one_at_a_time(self.get_model("TeamLead"), "team", "acting")
        locks.one_at_a_time(self.get_model("TeamPlace"), "team")
        locks.one_at_a_time(self.get_model("AbsenceKindRule"), "kind")
