"""Person: one identity per human, with names and identifiers over time."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.codes import public_code
from portal.dates import day_in
from portal.folding import fold
from portal.people.models.fact import DatedFact, ends_after_start
from portal.people.models.querysets import PersonQuerySet


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, employee_number: str, password: str | None = None, **fields: Any) -> "Person":
        person: Person = self.model(employee_number=employee_number.lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, employee_number: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(employee_number, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(employee_number=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """One human. Never deleted: rows of record point here.

    `first_name` and `last_name` are the names in use now; PersonName keeps them over time.
    """

    circle = Circle.CARD

    employee_number = models.CharField(
        _("employee number"),
        max_length=40,
        unique=True,
        help_text=_("Signs in with it. Numbers of other systems are kept as identifiers."),
    )
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100)
    search_text = models.CharField(
        max_length=600,
        editable=False,
        default="",
        help_text=_("Name and number as a search compares them; written with every save."),
    )
    birth_month = models.PositiveSmallIntegerField(_("birth month"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("birth day"), null=True, blank=True)
    code = models.CharField(max_length=16, unique=True, default=public_code, editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    closed_in = models.ForeignKey(
        "people.Change",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("The end of employment that closed the account; empty where HR closed it."),
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "employee_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["last_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")) & ~Q(email=""),
                name="person_email_is_lower_case",
                violation_error_message=_("An e-mail address is written in lower case."),
            ),
            models.CheckConstraint(
                condition=Q(birth_month__isnull=True, birth_day__isnull=True)
                | Q(birth_month__range=(1, 12), birth_day__range=(1, 31)),
                name="person_birth_month_and_day_together",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def clean(self) -> None:
        super().clean()
        # 2024 is a leap year: 29 February is a birthday.
        if (
            self.birth_month
            and self.birth_day
            and day_in(2024, self.birth_month, self.birth_day).day != self.birth_day
        ):
            raise ValidationError({"birth_day": _("There is no such day in that month.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = self.folded_name()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def folded_name(self) -> str:
        """Name and number as a search compares them, as far as the column goes."""
        # One letter may become as many as eighteen.
        return fold(f"{self.first_name} {self.last_name} {self.employee_number}")[:600]

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.last_name

    @property
    def sort_name(self) -> str:
        return f"{self.last_name}, {self.first_name}".strip(", ")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("A person is never deleted: records of others point at this one.")


class PersonName(DatedFact):
    """A legal or preferred name, from a day on. Certificates and exclusion lists use former names."""

    circle = Circle.STANDING

    class Kind(models.TextChoices):
        LEGAL = "legal", _("legal")
        PREFERRED = "preferred", _("preferred")

    person = models.ForeignKey(Person, models.PROTECT, related_name="names")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LEGAL)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100)
    suffix = models.CharField(_("suffix"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("name")
        constraints = [ends_after_start("personname")]
        indexes = [models.Index(fields=["person", "starts_on"])]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.first_name, self.middle_name, self.last_name, self.suffix]))


class PersonIdentifier(DatedFact):
    """The number by which another system knows the person, over time."""

    circle = Circle.STANDING

    person = models.ForeignKey(Person, models.PROTECT, related_name="identifiers")
    system = models.SlugField(_("system"), max_length=40)
    value = models.CharField(_("number"), max_length=80)

    class Meta:
        verbose_name = _("identifier")
        constraints = [
            ends_after_start("personidentifier"),
            models.UniqueConstraint(
                fields=["system", "value"],
                condition=Q(superseded_at__isnull=True, last_day__isnull=True),
                name="one_person_per_identifier",
                violation_error_message=_("Another person has this number in that system."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


class Profession(models.Model):
    """A field of licensed work: RN, LVN/LPN, social worker. Data, kept by HR."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    field = models.SlugField(_("field"), max_length=30, help_text=_("nursing, social_work, other"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("profession")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class PersonProfession(DatedFact):
    """The profession a person works in, from a day on."""

    circle = Circle.CARD

    person = models.ForeignKey(Person, models.PROTECT, related_name="professions")
    profession = models.ForeignKey(Profession, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("profession of a person")
        constraints = [ends_after_start("personprofession")]
        indexes = [models.Index(fields=["person", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.profession}"


class HomeState(DatedFact):
    """The state a person lives in: it decides which compact license counts."""

    circle = Circle.STANDING

    person = models.ForeignKey(Person, models.PROTECT, related_name="home_states")
    state = models.CharField(_("state"), max_length=2)

    class Meta:
        verbose_name = _("home state")
        constraints = [ends_after_start("homestate")]
        indexes = [models.Index(fields=["person", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"
