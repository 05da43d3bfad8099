"""Choices begin with a capital, as all lines do; names of people begin as their owners write them."""

import pytest
from django import forms

from portal.people.models import Person
from portal.ui.forms import PortalForm
from tests.cast import make_person


class Choosing(PortalForm):
    way = forms.ChoiceField(choices=[("", "- Select -"), ("web", "issuer's web site")])
    group = forms.ChoiceField(choices=[("Asked", [("tel", "telephone")])])
    kind = forms.ChoiceField(choices=[("x", "card seen")], widget=forms.RadioSelect)
    who = forms.ModelChoiceField(Person.objects.order_by("pk"))


@pytest.mark.django_db
def test_choices_of_ours_begin_with_a_capital_and_names_do_not() -> None:
    make_person("bell", "hooks")
    page = str(Choosing())
    for words in ("Issuer&#x27;s web site", "Telephone", "Card seen", "bell hooks"):
        assert words in page
