"""Every address: the portal's own first, Wagtail's pages last."""

from django.conf import settings
from django.http import Http404
from django.urls import include, path, re_path
from django.views.defaults import page_not_found
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.home import health

handler400 = "portal.ui.views.bad_request"
handler403 = "portal.ui.views.permission_denied"
handler404 = "portal.ui.views.page_not_found"
handler500 = "portal.ui.views.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("portal.people.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    # Wagtail's own sign-in would pass by the second factor; its reset would pass by allauth.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    # Wagtail's bulk actions would change people past the use cases.
    # Its account page would write a name past the use case that keeps names over time.
    re_path(r"^admin/account/", RedirectView.as_view(pattern_name="standing:mine")),
    re_path(r"^admin/bulk/people/", page_not_found, {"exception": Http404()}),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("ui/", include("portal.ui.urls")),
    path("", include("portal.home.urls")),
    path("people/", include("portal.people.urls")),
    path("inbox/", include("portal.notices.urls")),
    path("files/", include("portal.files.urls")),
    path("verify/", include("portal.documents.urls")),
    path("jobs/", include("portal.jobs.urls")),
    path("standing/", include("portal.standing.urls")),
    path("credentials/", include("certifications.urls")),
    path("learn/", include("training.urls")),
    path("evaluations/", include("evaluations.urls")),
    path(settings.MEDIA_URL.lstrip("/"), include("portal.files.content_urls")),
    path("", include(wagtail_urls)),
]
