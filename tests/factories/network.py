from datetime import date, time

import factory
from django.contrib.auth.models import Group

from network.models import Ambassador, Availability, Department, OrgUnit, Person, Theme
from network.roles import Role


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Forvaltning {n}")
    slug = factory.Sequence(lambda n: f"forvaltning-{n}")


class OrgUnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OrgUnit

    department = factory.SubFactory(DepartmentFactory)
    name = factory.Sequence(lambda n: f"Afdeling {n}")
    slug = factory.Sequence(lambda n: f"afdeling-{n}")


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    email = factory.Sequence(lambda n: f"person{n}@egeby.example")
    first_name = factory.Sequence(lambda n: f"Fornavn{n}")
    last_name = "Efternavn"
    job_title = "Sagsbehandler"
    org_unit = factory.SubFactory(OrgUnitFactory)


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    name = factory.Sequence(lambda n: f"Tema {n}")
    slug = factory.Sequence(lambda n: f"tema-{n}")


def with_role(person: Person, role: Role) -> Person:
    """Give a person a role and forget the remembered ones."""
    person.groups.add(Group.objects.get_or_create(name=role.value)[0])
    person.__dict__.pop("roles", None)
    return person


class AmbassadorFactory(factory.django.DjangoModelFactory):
    """An ambassador who offers every weekday from 8 to 16."""

    class Meta:
        model = Ambassador
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    bio = "Spørg mig om svære samtaler."
    joined_on = date(2026, 1, 5)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        with_role(self.person, Role.AMBASSADOR)

    @factory.post_generation
    def week(self, create, extracted, **kwargs):
        for weekday in range(5) if extracted is None else extracted:
            Availability.objects.create(ambassador=self, weekday=weekday, starts_at=time(8), ends_at=time(16))

    @factory.post_generation
    def offers(self, create, extracted, **kwargs):
        if extracted:
            self.offers.set(extracted)

    @factory.post_generation
    def seeks(self, create, extracted, **kwargs):
        if extracted:
            self.seeks.set(extracted)
