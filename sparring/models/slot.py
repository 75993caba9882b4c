"""The fixed daily sparring time: series, the slots they make, the places in them, and who booked one."""

from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import Person
from network.models.ambassador import MeetingFormat, Weekday
from sparring.querysets import SlotBookingQuerySet, SlotPlaceQuerySet, SparringSlotQuerySet

from .session import PeerSparring


class ClosingDay(models.Model):
    """A day on which the municipality is closed, beside the public holidays. No sparring then."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y} {self.name}"


class SlotSeries(models.Model):
    """A fixed sparring time (fast sparringstid). The hour is local: it stays when clocks change."""

    name = models.CharField(_("name"), max_length=80)
    weekdays = models.JSONField(_("weekdays"), default=list, help_text=_("0 is Monday, 4 is Friday."))
    starts_at = models.TimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=30, validators=[MinValueValidator(10), MaxValueValidator(180)]
    )
    active_from = models.DateField(_("from"))
    active_until = models.DateField(_("until"), default=date(2999, 12, 31))

    class Meta:
        verbose_name = _("fixed sparring time")
        verbose_name_plural = _("fixed sparring times")

    def __str__(self) -> str:
        return self.name

    def runs_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays and self.active_from <= day <= self.active_until

    @property
    def weekday_names(self) -> str:
        return ", ".join(str(Weekday(number).label) for number in self.weekdays)


class SparringSlot(models.Model):
    """One day's slot of a series, at an instant. A closed slot takes no bookings; those it had were cancelled."""

    series = models.ForeignKey(SlotSeries, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    is_open = models.BooleanField(_("open"), default=True)

    objects: ClassVar[SparringSlotQuerySet] = SparringSlotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sparring slot")
        verbose_name_plural = _("sparring slots")
        constraints = [
            models.UniqueConstraint(fields=["series", "starts_at"], name="sparring_slot_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="sparring_slot_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="sparring_slot_starts")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class SlotPlace(models.Model):
    """A place in a slot: this ambassador can be booked then. Withdrawn places stay as rows."""

    slot = models.ForeignKey(SparringSlot, on_delete=models.CASCADE, related_name="places")
    host = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="places")
    starts_at = models.DateTimeField(_("starts"))
    is_offered = models.BooleanField(_("offered"), default=True)

    objects: ClassVar[SlotPlaceQuerySet] = SlotPlaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(fields=["slot", "host"], name="sparring_place_once"),
            models.UniqueConstraint(
                fields=["host", "starts_at"],
                condition=models.Q(is_offered=True),
                name="sparring_host_one_place_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} {self.starts_at:%Y-%m-%d %H:%M}"


class BookingStatus(models.TextChoices):
    ACTIVE = "active", _("Booked")
    CANCELLED = "cancelled", _("Cancelled")


class SlotBooking(models.Model):
    """Somebody books a place. One active booking a place; a cancelled one stays as history."""

    place = models.ForeignKey(SlotPlace, on_delete=models.PROTECT, related_name="bookings")
    booked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bookings")
    session = models.OneToOneField(PeerSparring, on_delete=models.PROTECT, related_name="booking")
    format = models.CharField(_("way to meet"), max_length=10, choices=MeetingFormat, default=MeetingFormat.VIDEO)
    status = models.CharField(_("status"), max_length=12, choices=BookingStatus, default=BookingStatus.ACTIVE)
    booked_at = models.DateTimeField(_("booked"))

    objects: ClassVar[SlotBookingQuerySet] = SlotBookingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=models.Q(status=BookingStatus.ACTIVE),
                name="sparring_one_active_booking_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_by_id} {self.place_id}"
