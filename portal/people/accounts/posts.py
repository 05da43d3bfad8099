"""What comes of a POST whose session, token or person is not what the page took for granted.

With a script (`X-Form`, sent by portal/js/send.js) the page stays and is told by status and header:
401 nobody is signed in, 409 with `X-Trouble: person` somebody else is, 403 with `X-Trouble: csrf` the
token is old. Without, a page carries what was posted, and sends it again after a click of the person.
"""

import copy
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from portal.people.access.middleware import Next
from portal.people.accounts.sign_in import KEPT_IN_SESSION, SignInView
from portal.ui.posts import once
from portal.ui.posts.kept import Kept, keep, page_before
from portal.ui.posts.mark import mark_in, without_mark

# A sign-in is not what was lost.
_SIGN_IN = ("/accounts/", "/admin/login/", "/_util/")
# Scripts that send a form, or save one by themselves.
_BY_SCRIPT = ("X-Form", "X-Autosave")


class PostsMiddleware:
    """After sign-in and well-formedness are known, before any view. See the module."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if key := getattr(request, "once_key", ""):
            once.end(key, response)
        if _is_way_to_sign_in(request, response):
            return _nobody_is_signed_in(request, response)
        if request.method == "POST":
            _forget_kept(request, response)
            return _told_to_script(request, response)
        if response.status_code == 405 and not response.content:
            page = render(request, "errors/405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: list[Any], _values: dict[str, Any]
    ) -> HttpResponse | None:
        """CSRF was judged before this."""
        if request.method != "POST":
            return None
        request.post_is_ours = not getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]
        request.form_mark = mark = mark_in(request.POST)  # type: ignore[attr-defined]
        request.POST = without_mark(request.POST)  # type: ignore[assignment]
        if not request.user.is_authenticated:
            return None
        if mark.person and mark.person != str(request.user.pk):
            return _somebody_else(request)
        if key := once.key_of(request, mark):
            if answer := once.begin(key):
                return answer
            request.once_key = key  # type: ignore[attr-defined]
        return None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token is old: another sign-in in this browser, or the browser forgot its cookies.

    What was posted comes back only where the browser says that a page of ours sent it, and to whom
    that page was made for; nothing is sent but by a click on the page that shows it.
    """
    kept = keep(request)
    signed_in = request.user.is_authenticated
    if any(name in request.headers for name in _BY_SCRIPT):
        return HttpResponse(status=403, headers={"X-Trouble": "csrf"})
    if kept and kept.person and not signed_in:
        return sign_in_page(request, kept)
    if kept and kept.person != str(request.user.pk if signed_in else ""):
        return _somebody_else(request)
    return render(request, "errors/csrf.html", {"kept": kept, "may_send": True}, status=403)


def _somebody_else(request: HttpRequest) -> HttpResponse:
    """Nothing is done, or shown, in another person's name."""
    if any(name in request.headers for name in _BY_SCRIPT):
        answer = HttpResponse(status=409)
    else:
        answer = render(request, "errors/somebody_else.html", status=409)
    answer["X-Trouble"] = "person"
    return answer


# ---- nobody is signed in ----------------------------------------------------------------------


def _is_way_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    there = response.get("Location", "").partition("?")[0]
    return (
        response.status_code == 302
        and there in (resolve_url(settings.LOGIN_URL), "/admin/login/")
        and not request.user.is_authenticated
        and not request.path.startswith(_SIGN_IN)
    )


def _nobody_is_signed_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The way back is the page that the request came from: an address that is only posted to shows nothing."""
    by_htmx = "HX-Request" in request.headers
    if request.method != "POST" and not by_htmx:
        return response
    to_sign_in = _sign_in_address(page_before(request))
    if any(name in request.headers for name in _BY_SCRIPT):
        return HttpResponse(status=401)
    if by_htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": to_sign_in})
    kept = keep(request)
    if kept is None or not (kept.fields or kept.person):
        response["Location"] = to_sign_in
        return response
    return sign_in_page(request, kept)


def _sign_in_address(then: str) -> str:
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': then})}"


def sign_in_page(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The sign-in page, in the place of what was asked: it shows what was posted, and carries it on."""
    # Of whose page it was nobody can say: it is shown, to copy, and not carried on.
    then = reverse("send_again") if kept.person else kept.back
    asked = copy.copy(request)
    asked.method = "GET"
    asked.GET = QueryDict(urlencode({"next": then}))
    asked.POST = QueryDict()
    response = SignInView.as_view(kept=kept)(asked)
    if not isinstance(response, TemplateResponse):  # A sign-in is under way in this browser already.
        return render(request, "errors/csrf.html", {"kept": kept}, status=401)
    response.status_code = 401
    return response.render()


# ---- after the view ---------------------------------------------------------------------------


def _forget_kept(request: HttpRequest, response: HttpResponse) -> None:
    """What was carried through the sign-in has arrived."""
    if response.status_code >= 400 or not request.user.is_authenticated:
        return
    sealed = request.session.get(KEPT_IN_SESSION, "")
    if sealed and (kept := Kept.unseal(sealed)) and kept.address == request.get_full_path():
        del request.session[KEPT_IN_SESSION]


def _told_to_script(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A script goes on by itself: where it was led by a redirect would be loaded twice."""
    if "X-Form" not in request.headers or not 300 <= response.status_code < 400:
        return response
    there = response["Location"]
    if not url_has_allowed_host_and_scheme(there, {request.get_host()}):
        return response
    response.status_code = 204
    response.content = b""
    response["X-Go"] = there
    del response["Location"]
    return response
