"""Wrong codes on paper: counted per address and per employee number, answered with a wait.

Nobody's code dies by a stranger's tries. A code has 12 of 31 letters, 59 bits: at the pace allowed
here one address tries some 100 a day, of 8 * 10^17. What is typed counts whether or not anybody has
that number, so the wait tells a stranger nothing.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from portal.errors import Refused
from portal.people.models import CodeTry

# Counts are forgotten after a day without a wrong code.
KEPT = timedelta(days=1)
# Wrong codes from one address before it waits; fewer once many addresses were wrong for a number.
FREE = 5
MANY = 20
FREE_AMONG_MANY = 1
LONGEST = timedelta(hours=1)
# One address, whatever the numbers.
MOST_PER_ADDRESS = 30
PAUSE = timedelta(minutes=10)
NO_WAIT = datetime.min.replace(tzinfo=UTC)


def _hash(value: str) -> str:
    return salted_hmac("people.wrong-codes", value, algorithm="sha256").hexdigest()


@transaction.atomic
def count_try(number: str, address: str) -> None:
    """Count a try before it is looked at, so that parallel ones count too. Raises Refused: wait first."""
    now = timezone.now()
    CodeTry.objects.filter(last_at__lt=now - KEPT).delete()
    made, _new = CodeTry.objects.get_or_create(number_hash=_hash(number), address_hash=_hash(address))
    row = CodeTry.objects.select_for_update(no_key=True).get(pk=made.pk)
    until = max(_number_waits_until(row), _address_waits_until(row), now)
    if until > now:
        minutes = int((until - now).total_seconds() // 60) + 1
        raise Refused(
            ngettext(
                "Too many wrong codes. Try again in a minute.",
                "Too many wrong codes. Try again in %(count)d minutes.",
                minutes,
            )
            % {"count": minutes}
        )
    CodeTry.objects.filter(pk=row.pk).update(failures=F("failures") + 1, last_at=now)


def _number_waits_until(row: CodeTry) -> datetime:
    """1, 2, 4 ... 60 minutes after each wrong code beyond the free ones."""
    of_all = CodeTry.objects.filter(number_hash=row.number_hash).aggregate(n=Sum("failures"))["n"] or 0
    beyond = row.failures - (FREE if of_all < MANY else FREE_AMONG_MANY)
    return row.last_at + min(timedelta(minutes=2 ** min(beyond, 10)), LONGEST) if beyond >= 0 else NO_WAIT


def _address_waits_until(row: CodeTry) -> datetime:
    lately = CodeTry.objects.filter(address_hash=row.address_hash, last_at__gt=timezone.now() - LONGEST)
    # The row of this try may be new: it was not wrong yet.
    found = lately.filter(failures__gt=0).aggregate(n=Sum("failures"), last=Max("last_at"))
    return found["last"] + PAUSE if (found["n"] or 0) >= MOST_PER_ADDRESS else NO_WAIT


def forget_try(number: str, address: str) -> None:
    """The code was right: this address was not guessing."""
    CodeTry.objects.filter(number_hash=_hash(number), address_hash=_hash(address)).delete()


def forget_number(number: str) -> None:
    """A new code, or an opened account: counting begins anew."""
    CodeTry.objects.filter(number_hash=_hash(number)).delete()
