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
        from portal.people.access.rights import demand_hr_for, demand_keeper
        from portal.people.facts.apply import register_rows_follower
        from portal.people.facts.effects import register_effects
        from portal.people.facts.guards import register_guard
        from portal.people.facts.recompute import subscribe
        from portal.people.facts.taking_back import register_ledger
        from portal.people.models.fact import RecordedFact
        from portal.standing import effects, ledger, wording
        from portal.standing.alerts import returning, weekend
        from portal.standing.alerts import scan as alerts
        from portal.standing.evidence import register_source
        from portal.standing.models import RequirementVersion
        from portal.standing.projection.one_rule import rebuild_rules
        from portal.standing.projection.rebuild import rebuild
        from portal.standing.requirements import job as jobs
        from portal.ui.nav import NavEntry, register

        for model in self.get_models():
            if issubclass(model, RecordedFact):
                locks.recorded_fact(model)
        locks.frozen(self.get_model("Requirement"), "code")
        # Where a qualification is good decides which scopes it counts in, in every past day's standing too.
        locks.frozen(self.get_model("Qualification"), "code", "kind", "jurisdiction")
        locks.append_only(self.get_model("Evidence"))
        locks.append_only(self.get_model("AcceptedQualification"))
        subscribe(rebuild)
        register_rows_follower(RequirementVersion, rebuild_rules)
        register_ledger(ledger.take_back)
        register_source(ledger.SOURCE, _("taken back"))
        for name in ("Evidence", "Waiver", "Extension"):
            register_guard(self.get_model(name), lambda by, row: demand_hr_for(by, row.person_id))
        register_guard(self.get_model("RequirementVersion"), lambda by, _row: demand_keeper(by))
        wording.register()
        register_effects(effects.effects)
        register_kind(
            alerts.KIND,
            _("An item to keep current"),
            alerts.still_applies,
            which_apply=alerts.which_apply,
        )
        register_kind(
            weekend.KIND,
            _("Something ends before the next working day"),
            weekend.still_applies,
            one_list=_("Ends before the next working day"),
        )
        register_kind(
            returning.KIND, _("Somebody comes back from a leave"), returning.still_applies, informs=True
        )
        subscribe_to_going_live(alerts.count_as_told)
        register_job(jobs.CHANGE, jobs.change_job, _("Change of a requirement"), jobs.about)
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
