"""The page tree and who may work on it, made by one function that may run any number of times."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from portal.home.models import RootPage
from portal.people.models import Role
from portal.people.roles import GROUPS
from training.models import CourseIndexPage

CATALOG_SLUG = "training"
INTRO = "Courses for case managers. Each can be left and resumed; each ends with a certificate."


@transaction.atomic
def ensure_page_tree() -> CourseIndexPage:
    """The site, its root, the course catalogue at /training/, and its authors' rights; idempotent."""
    Locale.objects.get_or_create(language_code="en")
    root = RootPage.objects.order_by("pk").first() or _make_root()
    _make_site(root)
    catalogue: CourseIndexPage = CourseIndexPage.objects.order_by("pk").first() or _make_catalogue(root)
    _let_authors_in(catalogue)
    _let_site_admins_in()
    return catalogue


def _make_root() -> RootPage:
    # Wagtail's own welcome page stands where our root belongs; with it goes the site that shows it.
    Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
    top = Page.get_first_root_node()
    root: RootPage = top.add_child(instance=RootPage(title="Preceptor", slug="home"))
    return root


def _make_site(root: RootPage) -> None:
    site, _made = Site.objects.get_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": root, "site_name": "Preceptor"}
    )
    if site.root_page_id != root.pk:
        site.root_page = root
        site.save()


def _make_catalogue(root: RootPage) -> CourseIndexPage:
    root = RootPage.objects.get(pk=root.pk)
    made: CourseIndexPage = root.add_child(
        instance=CourseIndexPage(title="Training catalog", slug=CATALOG_SLUG, intro=INTRO)
    )
    return made


def _let_authors_in(catalogue: CourseIndexPage) -> None:
    """Training authors write courses, questions, images and documents; nothing else is theirs."""
    authors, _made = Group.objects.get_or_create(name=GROUPS[Role.AUTHOR])
    _grant(authors, Q(codename="access_admin") | _of_questions())
    _grant_pages(authors, catalogue)
    _grant_files(authors)


def _let_site_admins_in() -> None:
    """Site admins keep the tree and its settings; people's records are not in it."""
    admins, _made = Group.objects.get_or_create(name=GROUPS[Role.SITE_ADMIN])
    _grant(admins, Q(codename="access_admin") | _of_questions())
    _grant_pages(admins, Page.get_first_root_node())
    _grant_files(admins)


def _of_questions() -> Q:
    return Q(content_type__app_label="training", content_type__model__in=["question", "questionbank"])


def _grant(group: Group, which: Q) -> None:
    group.permissions.add(*Permission.objects.filter(which))


def _grant_pages(group: Group, page: Page) -> None:
    names = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=names):
        GroupPagePermission.objects.get_or_create(group=group, page_id=page.pk, permission=permission)


def _grant_files(group: Group) -> None:
    """Add, change and choose in the library of images and documents."""
    root = Collection.get_first_root_node()
    names = [
        f"{act}_{kind}" for act in ("add", "change", "choose") for kind in ("contentimage", "contentdocument")
    ]
    for permission in Permission.objects.filter(content_type__app_label="files", codename__in=names):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
