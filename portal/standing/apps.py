from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "portal.standing"
    label = "standing"

    def ready(self) -> None:
        from portal.audit import locks
        from portal.audit.log import register_action
        from portal.people import changing
        from portal.people.facts import RecordedFact
        from portal.standing import project

        for model in self.get_models():
            if issubclass(model, RecordedFact):
                locks.recorded_fact(model)
        locks.append_only(self.get_model("Evidence"))
        locks.append_only(self.get_model("AcceptedQualification"))
        changing.subscribe(project.rebuild)
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
