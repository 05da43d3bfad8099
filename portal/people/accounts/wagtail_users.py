"""Wagtail's own user pages are replaced: they would delete a person with one POST."""

from wagtail.users.apps import WagtailUsersAppConfig


class PortalUsersConfig(WagtailUsersAppConfig):
    user_viewset = "portal.people.accounts.wagtail_viewset.PeopleInPortalViewSet"
