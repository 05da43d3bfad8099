"""What the public check tells of a certificate of completion."""

from datetime import date

from django.utils.translation import gettext as _

from portal.documents.check import Fact, Finding
from training.models import Certificate


def find_certificate(code: str, on: date) -> Finding | None:
    """Course, days, and whether it counts on the day: revoked, superseded, run out or in force. No name."""
    rows = Certificate.objects.select_related("completion__edition")
    certificate = rows.filter(code=code).first()
    if certificate is None:
        return None
    sentence, state, word = _standing(certificate, on)
    last = certificate.good_through
    facts = (
        Fact(_("Course"), certificate.completion.edition.title),
        Fact(_("Issued on"), day=certificate.issued_on),
        Fact(_("Valid until"), _("No expiration stated"), day=last),
    )
    return Finding(certificate.code, sentence, state, word, facts)


def _standing(certificate: Certificate, on: date) -> tuple[str, str, str]:
    if certificate.revoked_at:
        words = _("It was issued here and later revoked: it no longer counts.")
        return words, "overdue", _("Revoked")
    if is_superseded(certificate):
        words = _("It was issued here. A later one of the same person and course takes its place.")
        return words, "not_required", _("Superseded")
    if certificate.good_through and certificate.good_through < on:
        return _("It was issued here. Its time has run out."), "overdue", _("Expired")
    return _("It was issued here and is in force."), "met", _("In force")


def is_superseded(certificate: Certificate) -> bool:
    """A later completion of the same course stands in its place."""
    later = Certificate.objects.filter(
        completion__person_id=certificate.completion.person_id,
        completion__edition__course_id=certificate.completion.edition.course_id,
        revoked_at__isnull=True,
        issued_on__gte=certificate.issued_on,
        pk__gt=certificate.pk,
    )
    return later.exists()
