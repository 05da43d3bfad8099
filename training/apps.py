from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from wagtail.signals import copy_for_translation_done, published

        from training.authoring import copying, release, signals
        from training.learning.moving import move_from_withdrawn
        from training.models.publishing import register_check

        published.connect(signals.on_published, dispatch_uid="training.editions")
        copy_for_translation_done.connect(copying.after_translation, dispatch_uid="training.translations")
        register_check(release.check_page)
        release.register_follow_up(move_from_withdrawn)
        self._show_pages()
        self._lock()
        self._register()
        self._name_actions()

    def _show_pages(self) -> None:
        from training.catalog.context import catalog_context, course_context
        from training.models.pages import CourseIndexPage, CoursePage, register_context

        register_context(CourseIndexPage, catalog_context)
        register_context(CoursePage, course_context)

    def _lock(self) -> None:
        """What is done is done, in the database too."""
        from portal.audit import locks

        locks.append_only(self.get_model("Edition"))
        locks.append_only(self.get_model("EditionWithdrawal"))
        locks.append_only(self.get_model("QuestionVersion"))
        locks.append_only(self.get_model("Completion"))
        locks.append_only(self.get_model("MoreTries"))
        locks.closed_when(
            self.get_model("Attempt"), 'OLD."completed_at" IS NOT NULL OR OLD."abandoned_at" IS NOT NULL'
        )
        locks.closed_with(self.get_model("LessonProgress"), "attempt")
        locks.closed_when(self.get_model("Sitting"), 'OLD."submitted_at" IS NOT NULL')
        locks.inside(self.get_model("Sitting"), "attempt")
        locks.closed_when(self.get_model("SittingAnswer"), 'OLD."closed_at" IS NOT NULL')
        locks.inside(self.get_model("SittingAnswer"), "sitting")
        # A revocation that is taken back is cleared under the logged override.
        revoked = ("revoked_at", "revoked_by_id", "revoked_reason", "revoked_in_id")
        locks.write_once(self.get_model("Certificate"), "file_id", *revoked)

    def _register(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from portal.documents.check import register_document_kind
        from portal.documents.render import register_render_job
        from portal.files.access import register_kind as register_file
        from portal.files.access import standing_circle
        from portal.notices.kinds import register_kind
        from portal.people.facts.act import register_label
        from portal.people.facts.taking_back import register_ledger
        from portal.standing.evidence import register_source
        from portal.ui.nav import NavEntry, register
        from training.assessment import tries, tries_views
        from training.authoring.scheduled import NOT_RELEASED
        from training.completion import panels, taking_back
        from training.completion.certificate import FILE_KIND, about, make_certificate
        from training.completion.check import find_certificate
        from training.completion.complete import CERTIFICATE_JOB, COMPLETED, SOURCE
        from training.completion.revoke import REVOKED
        from training.learning.leaving import OUT_OF_TRIES
        from training.learning.moving import MOVED

        register_source(SOURCE, _("a course completed here"))
        register_render_job(CERTIFICATE_JOB, make_certificate, _("Certificate of completion"), about)
        register_file(FILE_KIND, _("Certificate of completion"), standing_circle)
        register_document_kind(FILE_KIND, _("Certificate of completion"), find_certificate)
        register_kind(COMPLETED, _("A course was completed"), informs=True)
        register_kind(REVOKED, _("A certificate was revoked"), informs=True)
        register_kind(NOT_RELEASED, _("A planned page was not published"), informs=True)
        register_kind(MOVED, _("An edition was withdrawn"), informs=True)
        register_kind(
            OUT_OF_TRIES,
            _("Somebody has no try left"),
            tries.is_out_of_tries,
            opens_to=("supervisor", "next_up", "hr"),
        )
        register_kind(tries.GRANTED, _("More tries were given"), informs=True)
        register(
            NavEntry(_("Training"), "training:mine", ("staff", "supervisor", "author"), 30, ("/training/",))
        )
        register(NavEntry(_("Write courses"), "wagtailadmin_home", ("author",), 35))
        register(NavEntry(_("Course editions"), "training:editions", ("author",), 40))
        panels.register_panels()
        tries_views.register_panels()
        register_ledger(taking_back.take_back)
        register_ledger(tries.take_back)
        register_label("complete", _("Course completed"))
        register_label("grant_tries", _("More tries given"))

    def _name_actions(self) -> None:
        from portal.audit.log import register_action

        for action, label in {
            "training.edition.published": "Edition published",
            "training.edition.withdrawn": "Edition withdrawn",
            "training.release.refused": "Planned page not published",
            "training.tries.granted": "More tries given",
            "training.course.completed": "Course completed",
            "training.certificate.revoked": "Certificate revoked",
            "training.certificate.restored": "Revocation taken back",
        }.items():
            register_action(action, label)
