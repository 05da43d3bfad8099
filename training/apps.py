from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from portal.audit import locks
        from portal.audit.log import register_action
        from portal.files.access import register_kind as register_file
        from portal.jobs.work import register as register_job
        from portal.notices.owing import register_kind
        from portal.standing.recording import register_source
        from portal.ui.nav import NavEntry, register
        from training import certificates, learning, panels, signals

        locks.append_only(self.get_model("Edition"))
        locks.append_only(self.get_model("Completion"))
        locks.closed_when(self.get_model("SittingAnswer"), 'OLD."closed_at" IS NOT NULL')
        locks.closed_when(self.get_model("Sitting"), 'OLD."submitted_at" IS NOT NULL')
        locks.closed_when(
            self.get_model("Certificate"),
            'OLD."revoked_at" IS NOT NULL OR OLD."file_id" IS NOT NULL',
            may_change=("revoked_at", "revoked_by_id", "revoked_reason"),
        )
        page_published.connect(signals.on_page_published, dispatch_uid="training.editions")
        register_source(learning.SOURCE, "a course completed here")
        register_job(learning.CERTIFICATE_JOB, certificates.certificate_job)
        register_file(certificates.FILE_KIND, "Certificate of completion", certificates.file_is_readable)
        register_kind(learning.COMPLETED, "A course was completed")
        register(NavEntry("Training", "training:mine", ("staff", "supervisor"), 30))
        panels.register_panels()
        for action, label in {
            "training.edition.published": "Edition published",
            "training.course.completed": "Course completed",
            "training.certificate.revoked": "Certificate revoked",
        }.items():
            register_action(action, label)
