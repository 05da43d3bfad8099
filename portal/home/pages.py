"""The page tree, made by one function that may run any number of times."""

from django.db import transaction
from wagtail.models import Locale, Page, Site

from portal.home.models import RootPage
from training.models import CourseIndexPage


@transaction.atomic
def ensure_page_tree() -> CourseIndexPage:
    """The site, its root and the course catalogue; what is there is left as it is."""
    Locale.objects.get_or_create(language_code="en")
    root = RootPage.objects.first()
    if root is None:
        top = Page.get_first_root_node()
        # Wagtail's own welcome page stands where our root belongs.
        Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
        top = Page.objects.get(pk=top.pk)
        root = top.add_child(instance=RootPage(title="Preceptor", slug="home"))
    site, _made = Site.objects.get_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": root, "site_name": "Preceptor"}
    )
    if site.root_page_id != root.pk:
        site.root_page = root
        site.save()
    catalogue = CourseIndexPage.objects.first()
    if catalogue is None:
        intro = "Courses for case managers. Each can be left and resumed; each ends with a certificate."
        catalogue = root.add_child(
            instance=CourseIndexPage(title="Training catalog", slug="training", intro=intro)
        )
    return catalogue
