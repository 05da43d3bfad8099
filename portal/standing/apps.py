from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandingConfig(AppConfig):
    name = "portal.standing"
    label = "standing"

    def ready(self) -> None:
        from portal.audit import locks
        from portal.audit.log import register_action
        from portal.jobs.queue import register as register_job
        from portal.notices.going_live import subscribe_to_going_live
        from portal.notices.kinds import register_kind
        from portal.people.facts.recompute import subscribe
        from portal.people.models.fact import RecordedFact
        from portal.standing.alerts import scan as alerts
        from portal.standing.projection.rebuild import rebuild
        from portal.standing.requirements import job as jobs
        from portal.ui.nav import NavEntry, register

        for model in self.get_models():
            if issubclass(model, RecordedFact):
                locks.recorded_fact(model)
        for name in ("Qualification", "Requirement"):
            locks.frozen(self.get_model(name), "code")
        locks.append_only(self.get_model("Evidence"))
        locks.append_only(self.get_model("AcceptedQualification"))
        subscribe(rebuild)
        register_kind(alerts.KIND, _("An item to keep current"), alerts.still_applies, counts_as_told=True)
        subscribe_to_going_live(alerts.count_as_told)
        register_job(jobs.CHANGE, jobs.change_job, _("Change of a requirement"))
        register(NavEntry(_("Requirements"), "standing:requirements", ("hr", "auditor"), 45))
        for action, label in {
            "standing.requirement.changed": "Requirement changed",
            "standing.waiver.granted": "Waiver granted",
            "standing.extension.granted": "Extension granted",
            "standing.exception.withdrawn": "Waiver or extension withdrawn",
            "standing.evidence.ended": "Evidence ended",
            "standing.evidence.voided": "Evidence withdrawn",
            "standing.alerts.run": "Alerts run",
        }.items():
            register_action(action, label)
