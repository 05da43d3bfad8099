"""The lists of these pages as files, narrowed as the page is; taking one along is logged."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.audit.log import read
from portal.errors import Refused
from portal.home.compliance import exceptions
from portal.home.roster import roster, rows_of
from portal.home.tables import board_table, clearance_table, items_table
from portal.home.views import board_of, filters_of, listed, required_day
from portal.people.access.requests import PortalRequest
from portal.standing.items import clearances_on, items_of
from portal.ui.exports import file_of
from portal.ui.notation import amount

# What a file is made of while somebody waits for it.
MOST_ROWS = 20_000


@login_required
@require_GET
def team_board(request: PortalRequest, kind: str) -> HttpResponse:
    board, _options = board_of(request, page=None)
    read(request.user, "board-export", detail=f"{len(board.rows)} people as of {board.on:%Y-%m-%d}")
    clearance = clearances_on(board.on, [row.person.pk for row in board.rows])
    return file_of(board_table(board, clearance), kind, f"standing-{board.on:%Y-%m-%d}")


@login_required
@require_GET
def items(request: PortalRequest, kind: str) -> HttpResponse:
    on = required_day(request, "hr", "auditor")
    found = exceptions(on, roster(request.viewer, on), filters_of(request))
    count = _few_enough(found.count())
    read(request.user, "items-export", detail=f"{count} items as of {on:%Y-%m-%d} {request.GET.urlencode()}")
    return file_of(items_table(items_of(found, on), on), kind, f"items-{on:%Y-%m-%d}")


@login_required
@require_GET
def clearance(request: PortalRequest, kind: str) -> HttpResponse:
    on = required_day(request, "supervisor", "hr", "auditor")
    people, _team = listed(request, on)
    count = _few_enough(people.count())
    read(request.user, "clearance-export", detail=f"{count} people as of {on:%Y-%m-%d}")
    return file_of(clearance_table(rows_of(people, on), on), kind, f"clearance-{on:%Y-%m-%d}")


def _few_enough(count: int) -> int:
    if count > MOST_ROWS:
        numbers = {"count": amount(count), "most": amount(MOST_ROWS)}
        raise Refused(
            _("The list has %(count)s rows. A file holds %(most)s: narrow the list first.") % numbers
        )
    return count
