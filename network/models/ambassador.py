"""Membership of the corps: what an ambassador offers and seeks, and when."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.querysets import AmbassadorQuerySet

from .person import Person
from .theme import Theme


class MeetingFormat(models.TextChoices):
    PHYSICAL = "physical", _("In person")
    VIDEO = "video", _("Video")
    PHONE = "phone", _("Phone")


class Language(models.TextChoices):
    """Languages spoken in the corps, by ISO 639-1 code."""

    DANISH = "da", _("Danish")
    ENGLISH = "en", _("English")
    GERMAN = "de", _("German")
    ARABIC = "ar", _("Arabic")
    TURKISH = "tr", _("Turkish")
    POLISH = "pl", _("Polish")
    UKRAINIAN = "uk", _("Ukrainian")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")


def default_languages() -> list[str]:
    return [Language.DANISH.value]


def default_formats() -> list[str]:
    return [MeetingFormat.VIDEO.value, MeetingFormat.PHONE.value]


class Ambassador(models.Model):
    """One person's place in the corps. A person who leaves it keeps the row, so that history stays whole."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="ambassador", verbose_name=_("person"))
    bio = models.TextField(
        _("about me"),
        max_length=600,
        blank=True,
        help_text=_("Two or three sentences: your everyday, and what to ask you about."),
    )
    offers = models.ManyToManyField(Theme, related_name="offered_by", blank=True, verbose_name=_("themes I offer"))
    seeks = models.ManyToManyField(Theme, related_name="sought_by", blank=True, verbose_name=_("themes I seek"))
    languages = models.JSONField(_("languages"), default=default_languages)
    formats = models.JSONField(_("ways to meet"), default=default_formats)
    weekly_cap = models.PositiveSmallIntegerField(_("sparrings a week at the most"), default=2)
    is_active = models.BooleanField(_("active in the corps"), default=True)
    joined_on = models.DateField(_("joined on"))
    left_out = models.PositiveSmallIntegerField(
        _("rounds left out"), default=0, help_text=_("Rounds in a row this ambassador was available and got nobody.")
    )

    objects: ClassVar[AmbassadorQuerySet] = AmbassadorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("ambassador")
        verbose_name_plural = _("ambassadors")

    def __str__(self) -> str:
        return self.person.name

    @property
    def language_names(self) -> list[str]:
        return [str(name) for code, name in Language.choices if code in self.languages]

    @property
    def format_names(self) -> list[str]:
        return [str(name) for code, name in MeetingFormat.choices if code in self.formats]


class Availability(models.Model):
    """A weekly window in which an ambassador can be asked, in local time."""

    ambassador = models.ForeignKey(Ambassador, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("available time")
        verbose_name_plural = _("available times")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="network_availability_ends_after_start",
                violation_error_message=_("The time must end after it starts."),
            ),
            models.UniqueConstraint(fields=["ambassador", "weekday", "starts_at"], name="network_availability_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}-{self.ends_at:%H:%M}"


class Pause(models.Model):
    """Days, both included, on which a person is not asked. The reason is nobody's business and has no field."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pauses")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")),
                name="network_pause_ends_after_start",
                violation_error_message=_("The pause must end on or after the day it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on:%d.%m.%Y}-{self.until_on:%d.%m.%Y}"


class PersonBlock(models.Model):
    """`person` is never matched with `other`. Private: never shown to `other`, nor counted anywhere they can see."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocks")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("private block")
        verbose_name_plural = _("private blocks")
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="network_block_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("other")), name="network_block_is_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}-{self.other_id}"
