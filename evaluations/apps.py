from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Fixed at launch: an evaluation depends on nothing that can change, but on who rates it.
FROZEN = (
    "code",
    "person_id",
    "form",
    "form_sha256",
    "form_code",
    "form_version",
    "qualification_code",
    "self_hidden_until_rated",
)


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def _lock(self) -> None:
        from portal.audit import locks

        evaluation, part, answer, signature = map(
            self.get_model, ("Evaluation", "Part", "Answer", "Signature")
        )
        turn = self.get_model("Round")
        locks.frozen(self.get_model("FormTemplate"), "code", "version")
        locks.closed_when(evaluation, "OLD.\"state\" IN ('closed', 'cancelled')", fixed=FROZEN)
        locks.closed_when(part, 'OLD."closed_at" IS NOT NULL', fixed=("evaluation_id", "round", "role"))
        locks.inside(part, "evaluation")
        locks.closed_when(answer, 'OLD."closed_at" IS NOT NULL')
        locks.inside(answer, "part")
        locks.closed_when(turn, 'OLD."ended_at" IS NOT NULL')
        locks.inside(turn, "evaluation")
        locks.append_only(self.get_model("SignedContent"))
        locks.append_only(signature)
        locks.inside(signature, "evaluation")
        locks.append_only(self.get_model("Document"))

    def ready(self) -> None:
        from evaluations.documents import check, render
        from evaluations.workflow import handover, lifecycle, notify, panels, rounds, taking_back
        from portal.audit.log import register_action
        from portal.documents.check import register_document_kind
        from portal.documents.render import register_render_job
        from portal.files.access import register_kind as register_file
        from portal.people.facts.act import register_label
        from portal.standing.evidence import register_source
        from portal.standing.ledger import register_follower
        from portal.ui.nav import NavEntry, register

        self._lock()
        register_source(rounds.SOURCE, "a closed evaluation")
        register_follower(rounds.SOURCE, taking_back.follow)
        register_render_job(render.RENDER, render.render_round, _("Document of an evaluation"), render.about)
        register_file(render.FILE_KIND, "Evaluation", render.file_is_readable)
        register_document_kind(render.FILE_KIND, _("Personnel evaluation"), check.find_document)
        notify.register_kinds()
        handover.register()
        register(NavEntry(_("Evaluations"), "evaluations:list", ("supervisor",), 10))
        register(NavEntry(_("Evaluations"), "evaluations:list", ("staff", "hr"), 40))
        panels.register_panels()
        register_action("evaluations.evaluation.launched", "Evaluation opened")
        for move in lifecycle.MOVES.values():
            register_action(f"evaluations.evaluation.{move.name}", move.logged_as)
            register_label(move.name, move.logged_as)
