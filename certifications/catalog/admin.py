"""The catalogue in the back office: issuers and credential types are data, kept by HR."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from certifications.models import CredentialType, Issuer


class IssuerViewSet(SnippetViewSet):
    model = Issuer
    icon = "site"
    list_display = ("code", "name", "jurisdiction")
    search_fields = ("code", "name")


class CredentialTypeViewSet(SnippetViewSet):
    model = CredentialType
    icon = "doc-full"
    list_display = ("code", "name", "kind", "jurisdiction", "confidence", "checked_on")
    list_filter = ("kind", "field", "jurisdiction", "confidence")
    search_fields = ("code", "name")
    list_export = (
        "code",
        "name",
        "kind",
        "jurisdiction",
        "valid_months",
        "renewal_hours",
        "source",
        "confidence",
    )


class CredentialCatalogue(SnippetViewSetGroup):
    menu_label = "Credentials"
    menu_icon = "doc-full"
    items = (IssuerViewSet, CredentialTypeViewSet)


register_snippet(CredentialCatalogue)
