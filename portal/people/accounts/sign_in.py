"""allauth's pages where the portal asks more: signing in beside somebody else, changing one's address;
and what was posted without a session, carried through the sign-in.
"""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import EmailView, LoginView
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from portal.people.accounts.email import ensure_address_row
from portal.ui.posts.kept import Kept

# Between the right password and the page that sends again; never before it.
KEPT_IN_SESSION = "kept-post"


@method_decorator(never_cache, name="dispatch")
class SignInView(LoginView):
    """While somebody is signed in, nobody else signs in: the page asks to sign out first.

    `kept`: what was posted without a session. The page shows it; its form carries it, signed.
    """

    kept: Kept | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        there = get_next_redirect_url(request)
        again = reverse("account_login") + (f"?{urlencode({'next': there})}" if there else "")
        context = {"back_here": again, "go_on": there or reverse("home"), "opening": False}
        return render(request, "account/signed_in_already.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.kept or Kept.unseal(self.request.POST.get("kept", ""))
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "kept": kept}

    def form_valid(self, form: Any) -> HttpResponse:
        """The password is right: what was posted waits in the session, through a second factor too."""
        if (sealed := self.request.POST.get("kept", "")) and Kept.unseal(sealed):
            self.request.session[KEPT_IN_SESSION] = sealed
        answer: HttpResponse = super().form_valid(form)
        return answer


@never_cache
@login_required
def send_again(request: HttpRequest) -> HttpResponse:
    """What was posted without a session, to be sent by a click; to who wrote it alone."""
    kept = Kept.unseal(request.session.get(KEPT_IN_SESSION, ""))
    if kept is None:
        return redirect("home")
    if kept.person != str(request.user.pk):
        del request.session[KEPT_IN_SESSION]
        return render(request, "errors/somebody_else.html", {"is_gone": True})
    return render(request, "errors/again.html", {"kept": kept, "may_send": True})


@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, for the scripts of a page that stayed open. It says nothing else.

    A page where somebody writes asks now and then (`X-Writing`): so the session slides.
    """
    get_token(request)
    person = str(request.user.pk) if request.user.is_authenticated else ""
    return JsonResponse({"person": person})


@never_cache
@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where a sign-in beside an open page ends: the page that was left open goes on."""
    return render(request, "account/signed_in.html")


@method_decorator([login_required, reauthentication_required], name="dispatch")
class ChangeAddressView(EmailView):
    """The new address counts once its link was opened; until then the old one stays."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        ensure_address_row(request.user)  # type: ignore[arg-type]
        return super().dispatch(request, *args, **kwargs)

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # allauth would make an unconfirmed address the one on record where there is none.
        if "action_primary" in request.POST:
            return redirect("account_email")
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer
