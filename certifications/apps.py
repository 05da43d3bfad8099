from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationsConfig(AppConfig):
    name = "certifications"

    def _lock(self) -> None:
        from portal.audit import locks

        locks.frozen(self.get_model("Issuer"), "code")
        locks.frozen(self.get_model("CredentialType"), "code", "qualification_code")
        # Whose it is never changes; a number that was mistyped may be put right.
        locks.frozen(self.get_model("Credential"), "person_id", "type_id", "created_at", "created_by_id")
        # A card may still come for a term that is on record.
        locks.write_once(self.get_model("Period"), "card_id")
        locks.inside(self.get_model("Period"), "credential", 'OLD."withdrawn_at" IS NOT NULL')
        locks.append_only(self.get_model("Verification"))
        locks.frozen(self.get_model("Compact"), "code")
        locks.recorded_fact(self.get_model("CompactMembership"))
        locks.one_at_a_time(self.get_model("CompactMembership"), "compact", "state")

    def ready(self) -> None:
        from certifications.credentials import panels
        from certifications.credentials.submit import SOURCE
        from certifications.credentials.waiting import TO_VERIFY, still_to_verify
        from certifications.models import CompactMembership
        from certifications.verification import evidence, taking_back, verify
        from portal.audit.log import register_action
        from portal.files.access import documents_circle
        from portal.files.access import register_kind as register_file
        from portal.notices.kinds import register_kind
        from portal.notices.models import Notice
        from portal.people.access.rights import demand_keeper
        from portal.people.facts.act import register_label
        from portal.people.facts.guards import register_guard
        from portal.people.facts.taking_back import register_ledger
        from portal.people.facts.wording import register_words
        from portal.standing.evidence import register_source
        from portal.ui.nav import NavEntry, register

        self._lock()
        register_guard(CompactMembership, lambda by, _row: demand_keeper(by))
        register_words(CompactMembership, lambda row: f"{row.compact}, {row.state}")
        register_source(SOURCE, "sent by the holder or keyed from a card")
        register_source(evidence.SOURCE, "checked at the source")
        register_file("credential-card", "License or card", documents_circle)
        register_file("verification-proof", "Answer of the primary source", documents_circle)
        register_kind(TO_VERIFY, _("A credential to verify"), still_to_verify, opens_to=[Notice.Role.HR])
        register_kind(verify.VERIFIED, _("A credential was verified"), informs=True)
        register_kind(verify.NOT_CONFIRMED, _("A credential could not be confirmed"), informs=True)
        register(NavEntry(_("Credentials"), "certifications:mine", ("staff",), 35))
        register(NavEntry(_("Credentials"), "certifications:mine", ("supervisor",), 60))
        register(NavEntry(_("Verification"), "certifications:queue", ("hr", "auditor"), 15))
        panels.register_panels()
        register_ledger(taking_back.take_back)
        register_label("submit", _("Credential sent"), corrected=_("Credential corrected"))
        register_label("verify", _("Look at the source"), corrected=_("Look at the source corrected"))
        for action, label in {
            "certifications.period.submitted": "Credential submitted",
            "certifications.period.verified": "Credential verified",
            "certifications.credential.withdrawn": "Credential withdrawn",
        }.items():
            register_action(action, label)
