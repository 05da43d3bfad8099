"""allauth's pages where the portal asks more: signing in beside somebody else, changing one's address."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import EmailView, LoginView
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from portal.people.accounts.email import ensure_address_row


@method_decorator(never_cache, name="dispatch")
class SignInView(LoginView):
    """While somebody is signed in, nobody else signs in: the page asks to sign out first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        there = get_next_redirect_url(request)
        again = reverse("account_login") + (f"?{urlencode({'next': there})}" if there else "")
        context = {"back_here": again, "go_on": there or reverse("home"), "opening": False}
        return render(request, "account/signed_in_already.html", context)


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
