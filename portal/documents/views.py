"""The public check of printed documents."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.addresses import client_address
from portal.clock import business_today
from portal.documents.check import check_code, stored_code
from portal.limits import within_limit

# A person with papers in hand checks a handful; guessing 80 bits is hopeless at any rate.
CHECKS_PER_MINUTE = 30


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Public: asks for the code on a paper."""
    if code := stored_code(request.GET.get("code", "")):
        return redirect("documents:check", code=code)
    return _page(request, _("Check a document"), _("Enter the verification code printed beside the QR code."))


@require_GET
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Public: is it genuine, what is it, from when, does it count today; no name, no grade, no rating."""
    if not within_limit("documents:check", client_address(request), times=CHECKS_PER_MINUTE, seconds=60):
        lead = _("Wait a minute, then try again.")
        response = _page(request, _("Too many checks"), lead, status=429, may_ask=False)
        response["Retry-After"] = "60"
        return response
    code = stored_code(code)
    finding = check_code(code, on=business_today())
    if finding is None:
        lead = _("Look at it once more: letters and digits are easily mistaken.")
        return _page(request, _("No document has this code"), lead, status=404, code=code)
    return _page(request, _("This document is genuine"), finding.sentence, finding=finding)


def _page(
    request: HttpRequest, heading: str, lead: str, *, status: int = 200, may_ask: bool = True, **more: Any
) -> HttpResponse:
    context = {"heading": heading, "lead": lead, "may_ask": may_ask, **more}
    return render(request, "documents/verify.html", context, status=status)
