from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def ready(self) -> None:
        from evaluations.documents import render
        from evaluations.workflow import handover, notify, panels, transitions
        from portal.audit import locks
        from portal.audit.log import register_action
        from portal.files.access import register_kind as register_file
        from portal.jobs.queue import register as register_job
        from portal.standing.evidence import register_source
        from portal.ui.nav import NavEntry, register

        locks.closed_when(self.get_model("Evaluation"), "OLD.\"state\" = 'closed'")
        locks.closed_when(self.get_model("Part"), 'OLD."closed_at" IS NOT NULL')
        locks.closed_when(self.get_model("Answer"), 'OLD."closed_at" IS NOT NULL')
        locks.append_only(self.get_model("Signature"))
        locks.append_only(self.get_model("Document"))
        register_source(transitions.SOURCE, "a closed evaluation")
        register_job(transitions.RENDER, render.render_job)
        register_file(render.FILE_KIND, "Evaluation", render.file_is_readable)
        notify.register_kinds()
        handover.register()
        register(NavEntry(_("Evaluations"), "evaluations:list", ("supervisor",), 10))
        register(NavEntry(_("Evaluations"), "evaluations:list", ("staff", "hr"), 40))
        panels.register_panels()
        for action, label in {
            "launched": "Evaluation opened",
            "submit_self": "Self-evaluation submitted",
            "skip_self": "Self-evaluation left out",
            "share": "Evaluation signed and shared",
            "acknowledge": "Evaluation acknowledged",
            "record_refusal": "Declined to sign, witnessed",
            "reassign": "Evaluation given to another rater",
            "cancel": "Evaluation cancelled",
            "reopen": "Closed evaluation reopened",
        }.items():
            register_action(f"evaluations.evaluation.{action}", label)
