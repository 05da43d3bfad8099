"""What each role may do in the back office: catalogues and content, never facts about people."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from portal.people.access.roles import GROUPS
from portal.people.models import Role
from training.models import CourseIndexPage

_EDIT = ("add", "change", "view")
# Models of the catalogue that a role keeps, as app.model.
MODELS = {
    Role.AUTHOR: ("training.question", "training.questionbank", "training.choice"),
    Role.HR: ("certifications.issuer", "certifications.credentialtype", "evaluations.formtemplate"),
    Role.SITE_ADMIN: ("wagtailredirects.redirect",),
}
PAGES = ("add_page", "change_page", "publish_page", "view_page")
CONTENT = ("add", "change", "choose")


@transaction.atomic
def ensure_groups(catalogue: CourseIndexPage) -> None:
    """The groups of Wagtail with their permissions; may run any number of times."""
    for role, name in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set(_permissions(role))
    authors = Group.objects.get(name=GROUPS[Role.AUTHOR])
    _page_permissions(authors, catalogue)
    _content_permissions(authors)


def _permissions(role: Role) -> list[Permission]:
    wanted = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    for model in MODELS[role]:
        app, _dot, name = model.partition(".")
        names = [f"{verb}_{name}" for verb in (*_EDIT, "publish")]
        wanted |= Q(content_type__app_label=app, codename__in=names)
    return list(Permission.objects.filter(wanted))


def _page_permissions(group: Group, page: Page) -> None:
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGES):
        GroupPagePermission.objects.get_or_create(group=group, page=page.page_ptr, permission=permission)


def _content_permissions(group: Group) -> None:
    """The library of images and documents. Wagtail judges by the rights of its own models, whatever ours are."""
    root = Collection.get_first_root_node()
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        names = [f"{verb}_{model}" for verb in CONTENT]
        for permission in Permission.objects.filter(content_type__app_label=app, codename__in=names):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )
