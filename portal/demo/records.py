"""The demo's records: licenses, certifications, cards, and what the former system knew of training."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certifications.catalog.compacts import compact_states
from certifications.catalog.qualifications import privilege_of, qualification_of
from certifications.credentials.submit import submit
from certifications.models import Credential, CredentialType, Period, Verification
from portal.dates import day_after, day_before
from portal.demo.people import Organization
from portal.files.intake import store_upload
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.standing.evidence import NewPiece, record_pieces
from portal.standing.models import Qualification

FORMER = "demo.former-records"
LICENSES = {
    ("rn", "CA"): "RN-CA",
    ("rn", "TX"): "RN-TX",
    ("rn", "WA"): "RN-WA",
    ("lvn", "CA"): "LVN-CA",
    ("lvn", "TX"): "LVN-TX",
    ("lvn", "WA"): "LPN-WA",
    ("lcsw", "CA"): "LCSW-CA",
    ("lcsw", "TX"): "LCSW-TX",
    ("lcsw", "WA"): "LICSW-WA",
    ("lmsw", "CA"): "LCSW-CA",
    ("lmsw", "TX"): "LMSW-TX",
    ("lmsw", "WA"): "LICSW-WA",
}
CERTIFICATIONS = {
    "rn": ("CCM", "ACM-RN", "CMGT-BC", "CMC"),
    "lvn": ("CMC",),
    "lcsw": ("CCM", "ACM-SW", "C-ASWCM"),
    "lmsw": ("ACM-SW", "C-SWCM"),
}
COURSES = {
    "hipaa-basics": 365,
    "advocacy": 2000,
    "transition-from-acute-care": 730,
    "documentation": 320,
    "ethics": 730,
    "home-visits": 365,
}
ONCE = "advocacy"


PAST = timedelta(days=600)
"""How far back a board of the demo can be asked: before it people have one term, and one course of each."""


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def make_records(org: Organization) -> None:
    """Everything on record before today, taken over with the day it was known."""
    hr = org.account("hr")
    pieces: list[NewPiece] = []
    for person in org.staff:
        pieces += _credentials(org, person, hr)
        pieces += _training(org, person)
        pieces += _evaluations(org, person)
    others = [org.account(role) for role in ("hr", "author", "site_admin", "director")]
    for person in others:
        pieces += _course(org, person, "hipaa-basics")
    record_pieces(pieces, actor=hr)


# ---- credentials ------------------------------------------------------------------------------


def _fate(org: Organization, person: Person) -> str:
    """How a person's paper stands: mostly fine."""
    if person.pk == org.account("staff").pk:
        return "fine"
    chance = org.random.random()
    for share, word in ((0.01, "missing"), (0.03, "overdue"), (0.14, "expiring")):
        if chance < share:
            return word
    return "fine"


def _last_day(org: Organization, fate: str) -> date:
    spans = {"overdue": (-45, -1), "expiring": (3, 88), "fine": (100, 700)}
    return org.today + timedelta(days=org.random.randint(*spans[fate]))


def _credentials(org: Organization, person: Person, hr: Person) -> Iterator[NewPiece]:
    profession, state = org.profession_of[person.pk], org.state_of[person.pk]
    states = ["TX", "WA"] if state == "WA" and org.setting_of[person.pk] == "clinic" else [state]
    for index, served in enumerate(states):
        if profession == "rn" and index == 0 and len(states) == 2:
            continue  # The Washington license is multistate: the privilege covers Texas.
        if (fate := _fate(org, person)) != "missing" and (code := LICENSES.get((profession, served))):
            yield from _verified(
                org, person, code, _last_day(org, fate), hr, multistate=served in compact_states(org.today)
            )
    if profession in CERTIFICATIONS and _has_certification(org, person):
        code = "CCM" if person == org.account("staff") else org.random.choice(CERTIFICATIONS[profession])
        yield from _verified(org, person, code, _last_day(org, _fate_or_fine(org, person)), hr)
    if profession in ("rn", "lvn") and org.setting_of[person.pk] in ("field", "clinic", "hospital"):
        yield from _verified(org, person, "BLS", _last_day(org, _fate_or_fine(org, person)), hr, card=True)


def _fate_or_fine(org: Organization, person: Person) -> str:
    fate = _fate(org, person)
    return "fine" if fate == "missing" else fate


def _has_certification(org: Organization, person: Person) -> bool:
    months = (org.today - org.hired[person.pk]).days / 30
    return org.random.random() < (0.93 if months > 24 else 0.3)


_serial = iter(range(204117, 999999, 13))


def _verified(
    org: Organization,
    person: Person,
    code: str,
    last_day: date,
    hr: Person,
    *,
    multistate: bool = False,
    card: bool = False,
) -> Iterator[NewPiece]:
    """A credential with its terms and the checks at the source, as the former system knew them."""
    kind = CredentialType.objects.select_related("issuer").get(code=code)
    length = timedelta(days=int((kind.valid_months or 24) * 30.4))
    # A term of a year cannot run longer than a year from now: it was issued some weeks ago at least.
    last_day = min(last_day, org.today + length - timedelta(days=30 + org.random.randint(0, 200)))
    issued = last_day - length
    checked = min(issued + timedelta(days=org.random.randint(3, 25)), day_before(org.today))
    terms = [(issued, last_day, checked)]
    # A board asked about a day of last year finds the term of that day.
    if org.hired[person.pk] < issued and issued > org.today - PAST:
        terms.insert(0, (issued - length, day_before(issued), issued - length + timedelta(days=9)))
    credential = Credential.objects.create(
        person=person,
        type=kind,
        jurisdiction=kind.jurisdiction,
        number=f"{next(_serial)}",
        created_by=hr,
        created_at=noon(terms[0][0]),
    )
    for first, last, looked in terms:
        yield from _term(credential, first, last, looked, hr, multistate=multistate, card=card)


def _term(
    credential: Credential,
    issued: date,
    last_day: date,
    checked: date,
    hr: Person,
    *,
    multistate: bool,
    card: bool,
) -> Iterator[NewPiece]:
    """One term and its check, and what follows from them."""
    person, kind = credential.person, credential.type
    period = Period.objects.create(
        credential=credential,
        issued_on=issued,
        expires_on=last_day,
        submitted_by=person,
        submitted_at=noon(issued),
    )
    check = Verification.objects.create(
        period=period,
        method="card" if card else "web",
        source_name=kind.issuer.name,
        license_status=Verification.Status.ACTIVE,
        effective_on=issued,
        expires_on=last_day,
        multistate=multistate,
        number_searched=credential.number,
        verified_on=checked,
        verified_at=noon(checked),
        verified_by=hr,
    )
    common: dict[str, Any] = {
        "person_id": person.pk,
        "effective_on": issued,
        "last_good_day": last_day,
        "level": "seen" if card else "verified",
        "method": check.get_method_display(),
        "verified_on": checked,
        "source_kind": "certifications.verification",
        "known_on": checked,
    }
    yield NewPiece(
        qualification=qualification_of(kind), subject=period.subject, source_id=str(check.pk), **common
    )
    if multistate and kind.short_name in ("RN", "LVN", "LPN"):
        short = CredentialType.objects.filter(short_name="LVN").first() if kind.short_name == "LPN" else kind
        assert short is not None
        for state in ("TX", "WA"):
            if state != kind.jurisdiction:
                yield NewPiece(
                    qualification=privilege_of(short, state),
                    subject=f"{period.subject}:{state}",
                    source_id=f"{check.pk}:{state}",
                    **common,
                )


# ---- training and evaluations of the former system --------------------------------------------


def _qualification(code: str) -> Qualification:
    found: Qualification = Qualification.objects.get(code=code)
    return found


def _former(
    org: Organization, person: Person, code: str, days_ago: int, *, every: int | None = None
) -> Iterator[NewPiece]:
    """What was done so many days ago; and what is done `every` so many days, the time before too."""
    day, hired = org.today - timedelta(days=days_ago), org.hired[person.pk]
    if day < hired:
        return
    yield _taken_over(person, code, day)
    if every:
        before = max(day - timedelta(days=every - 20), hired + timedelta(days=10))
        if before < day - timedelta(days=30):
            yield _taken_over(person, code, before, "before")


def _taken_over(person: Person, code: str, day: date, *which: str) -> NewPiece:
    return NewPiece(
        person_id=person.pk,
        qualification=_qualification(code),
        subject=":".join(("former", code, *which)),
        effective_on=day,
        level="verified",
        method="Taken over",
        verified_on=day,
        source_kind=FORMER,
        source_id=":".join((code, *which, str(person.pk))),
        known_on=day,
    )


def _course(org: Organization, person: Person, course: str) -> Iterator[NewPiece]:
    term = COURSES[course]
    chance = org.random.random()
    employed = (org.today - org.hired[person.pk]).days
    if chance < 0.03:
        days_ago = term + org.random.randint(2, 50)
    elif chance < 0.12:
        days_ago = term - org.random.randint(3, 80)
    else:
        days_ago = org.random.randint(12, max(term - 100, 30))
    if chance >= 0.03 and employed > 40:
        days_ago = min(days_ago, employed - 10)
    if course == ONCE and chance >= 0.03:
        days_ago = max(employed - 10 - days_ago % 70, 1)
    yield from _former(org, person, f"course:{course}", days_ago, every=None if course == ONCE else term)


def _training(org: Organization, person: Person) -> Iterator[NewPiece]:
    dana = org.account("staff")
    for course in COURSES:
        if course == "home-visits" and org.setting_of[person.pk] != "field":
            continue
        if person == dana and course == "documentation":
            last_year = org.today.timetuple().tm_yday + 40
            yield from _former(org, person, "course:documentation", last_year, every=365)
            continue
        if person == dana and course == "hipaa-basics":
            yield from _former(org, person, "course:hipaa-basics", 359, every=365)
            continue
        yield from _course(org, person, course)


def _evaluations(org: Organization, person: Person) -> Iterator[NewPiece]:
    chance = org.random.random()
    days_ago = org.random.randint(372, 420) if chance < 0.05 else org.random.randint(20, 350)
    if person == org.account("staff"):
        days_ago = 360
    yield from _former(org, person, "evaluation:annual", days_ago, every=365)


# ---- what waits for verification --------------------------------------------------------------


def sample_card(title: str, lines: list[str]) -> bytes:
    """A picture of a card, plainly a sample."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (860, 540), "#f7f4ec")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 839, 519), outline="#0d5066", width=6)
    draw.text((60, 60), title, fill="#0d5066", font_size=40)
    for index, line in enumerate(lines):
        draw.text((60, 150 + index * 60), line, fill="#15222a", font_size=30)
    draw.text((60, 460), "SAMPLE, NOT A REAL CREDENTIAL", fill="#a31a1f", font_size=24)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def send_renewals(org: Organization) -> None:
    """Six people sent a renewal with a photo of the card; HR has not looked yet."""
    soon = org.today + timedelta(days=70)
    waiting = Period.objects.filter(
        expires_on__gte=org.today, expires_on__lte=soon, credential__type__kind="license"
    ).select_related("credential__person", "credential__type")
    for index, period in enumerate(waiting.order_by("expires_on", "pk")[:6]):
        credential = period.credential
        assert period.expires_on is not None
        first = day_after(period.expires_on)
        last = first + timedelta(days=729)
        lines = [credential.person.get_full_name(), f"No. {credential.number}", f"Expires {last:%m/%d/%Y}"]
        upload = SimpleUploadedFile("card.jpg", sample_card(credential.type.name, lines))
        actor: Any = credential.person
        card = None if index == 4 else store_upload(upload, kind="credential-card", person=actor, actor=actor)
        submit(
            credential.person,
            credential.type,
            number=credential.number,
            issued_on=first,
            expires_on=last,
            card=card,
            on=org.today,
            by=Viewer(actor, org.today),
        )
