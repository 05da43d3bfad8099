"""The public check of a certificate."""

from portal.codes import code_from
from portal.limits import within_limit
from training.models import Certificate

# A person with a paper in hand checks a handful; guessing 80 bits is hopeless at any rate.
CHECKS_PER_MINUTE = 30


def certificate_of(code: str) -> Certificate | None:
    rows = Certificate.objects.select_related("completion__edition")
    found: Certificate | None = rows.filter(code=code_from(code)).first()
    return found


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


def may_check(address: str) -> bool:
    """At most so many checks a minute from one address."""
    return within_limit("training:verify", address, times=CHECKS_PER_MINUTE, seconds=60)
