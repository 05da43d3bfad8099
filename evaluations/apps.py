from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def ready(self) -> None:
        from evaluations.documents import check, render
        from evaluations.workflow import lifecycle, notify, panels, perform
        from portal.audit import locks
        from portal.audit.log import register_action
        from portal.documents.check import register_document_kind
        from portal.documents.render import register_render_job
        from portal.files.access import register_kind as register_file
        from portal.standing.evidence import register_source
        from portal.ui.nav import NavEntry, register

        locks.closed_when(self.get_model("Evaluation"), "OLD.\"state\" = 'closed'")
        locks.closed_when(self.get_model("Part"), 'OLD."closed_at" IS NOT NULL')
        locks.closed_when(self.get_model("Answer"), 'OLD."closed_at" IS NOT NULL')
        locks.append_only(self.get_model("Signature"))
        locks.append_only(self.get_model("Document"))
        register_source(perform.SOURCE, "a closed evaluation")
        register_render_job(render.RENDER, render.render_round)
        register_file(render.FILE_KIND, "Evaluation", render.file_is_readable)
        register_document_kind(render.FILE_KIND, _("Personnel evaluation"), check.find_document)
        notify.register_kinds()
        register(NavEntry(_("Evaluations"), "evaluations:list", ("supervisor",), 10))
        register(NavEntry(_("Evaluations"), "evaluations:list", ("staff", "hr"), 40))
        panels.register_panels()
        register_action("evaluations.evaluation.launched", "Evaluation opened")
        for move in lifecycle.MOVES.values():
            register_action(f"evaluations.evaluation.{move.name}", move.logged_as)
