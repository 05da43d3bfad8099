"""The page tree, made by one function that may run any number of times."""

from django.db import transaction
from wagtail.models import Locale, Page, Site

from portal.home.models import RootPage
from training.models import CourseIndexPage

CATALOG_SLUG = "training"
INTRO = "Courses for case managers. Each can be left and resumed; each ends with a certificate."


@transaction.atomic
def ensure_page_tree() -> CourseIndexPage:
    """The site, its root, and the course catalogue at /training/; what is there is left as it is."""
    Locale.objects.get_or_create(language_code="en")
    root = RootPage.objects.order_by("pk").first() or _make_root()
    _make_site(root)
    catalogue: CourseIndexPage = CourseIndexPage.objects.order_by("pk").first() or _make_catalogue(root)
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
