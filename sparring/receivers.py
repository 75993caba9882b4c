"""When an ambassador's times, pauses or place in the corps change, their places follow in the same transaction."""

from datetime import datetime

from django.dispatch import receiver

from network.models import Person
from network.signals import availability_changed
from sparring.services.slots import make_places


@receiver(availability_changed)
def places_follow(person: Person, now: datetime, **kwargs: object) -> None:
    make_places(host=person, now=now)
