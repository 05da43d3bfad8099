from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def _lock(self) -> None:
        from portal.audit import locks

        evaluation, part, answer, signature = map(
            self.get_model, ("Evaluation", "Part", "Answer", "Signature")
        )
        locks.frozen(self.get_model("FormTemplate"), "code", "version")
        locks.closed_when(evaluation, "OLD.\"state\" IN ('closed', 'cancelled')")
        locks.closed_when(part, 'OLD."closed_at" IS NOT NULL')
        locks.inside(part, "evaluation")
        locks.closed_when(answer, 'OLD."closed_at" IS NOT NULL')
        locks.inside(answer, "part", 'OLD."closed_at" IS NOT NULL OR OLD."submitted_at" IS NOT NULL')
        locks.append_only(signature)
        locks.inside(signature, "evaluation")
        locks.append_only(self.get_model("Document"))

    def ready(self) -> None:
        from evaluations.documents import render
        from evaluations.workflow import handover, notify, panels, transitions
        from portal.audit.log import register_action
        from portal.files.access import register_kind as register_file
        from portal.jobs.queue import register as register_job
        from portal.standing.evidence import register_source
        from portal.ui.nav import NavEntry, register

        self._lock()
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
