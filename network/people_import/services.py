"""Carrying an import out: preview, keep until confirmed, save. All of a file or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from network.models import OrgUnit, PeopleUpload, Person
from network.people_import.directory import load_directory
from network.people_import.planning import Entry, Options, Plan, plan_import
from network.people_import.reading import Column, Table
from network.services.people import forget_old_addresses

KEPT_FOR = timedelta(hours=1)
BATCH = 500


class ImportPeopleError(Exception):
    """An import that cannot be done now. The message says why."""


class BadRowsError(ImportPeopleError):
    def __init__(self, plan: Plan) -> None:
        super().__init__(_("Nothing was saved, because some rows cannot be used."))
        self.plan = plan


class StalePlanError(ImportPeopleError):
    def __init__(self) -> None:
        super().__init__(_("People or units have changed since the preview. Nothing was saved. Look it through again."))


class UploadGoneError(ImportPeopleError):
    def __init__(self) -> None:
        super().__init__(
            _("The file is not kept here any more. It may have been imported already; else choose it again.")
        )


def options_for(person: Person | None, *, skip_bad: bool = False, deactivate_absent: bool = False) -> Options:
    """The choices of whoever imports; None is the command on the server."""
    return Options(
        skip_bad=skip_bad,
        deactivate_absent=deactivate_absent,
        by=person.pk if person else None,
        may_change_administrators=person is None or person.is_superuser,
    )


def preview_import(table: Table, options: Options) -> Plan:
    return plan_import(table, load_directory(), options)


def import_people(table: Table, options: Options, *, expected: str | None = None) -> Plan:
    """Save the whole file in one transaction.

    `expected` is the digest of the plan that somebody said yes to. Raises BadRowsError while a row is bad that was not
    to be skipped, and StalePlanError when the database would make another plan of the file now.
    """
    try:
        with transaction.atomic():
            # Whoever imports or merges units at the same time waits here.
            list(OrgUnit.objects.select_for_update().order_by("pk").values_list("pk"))
            plan = preview_import(table, options)
            if expected is not None and plan.digest != expected:
                raise StalePlanError
            if plan.is_refused:
                raise BadRowsError(plan)
            _save(plan)
    except IntegrityError:  # somebody took an e-mail or a number between our look and our write
        raise StalePlanError from None
    return plan


def keep_upload(*, person: Person, table: Table, options: Options, now: datetime) -> None:
    """Keep a file until it is confirmed; it takes the place of an earlier one of the same person."""
    purge_uploads(now=now)
    PeopleUpload.objects.update_or_create(
        person=person,
        defaults={
            "table": table.as_json(),
            "skip_bad": options.skip_bad,
            "deactivate_absent": options.deactivate_absent,
            "created_at": now,
        },
    )


def preview_upload(*, person: Person, now: datetime) -> Plan:
    """What the kept file would do now. Raises UploadGoneError."""
    purge_uploads(now=now)
    with transaction.atomic():
        return preview_import(*_kept(person))


def confirm_upload(*, person: Person, expected: str, now: datetime) -> Plan:
    """Import what was previewed, once. Raises ImportPeopleError; a file that was not saved is still kept."""
    purge_uploads(now=now)
    with transaction.atomic():
        plan = import_people(*_kept(person), expected=expected)
        PeopleUpload.objects.filter(person=person).delete()
    return plan


def purge_uploads(*, now: datetime) -> int:
    """Remove the files that were kept for an hour without a yes. Returns how many."""
    return PeopleUpload.objects.filter(created_at__lte=now - KEPT_FOR).delete()[0]


def _kept(person: Person) -> tuple[Table, Options]:
    upload = PeopleUpload.objects.select_for_update().filter(person=person).first()
    if upload is None:
        raise UploadGoneError
    options = options_for(person, skip_bad=upload.skip_bad, deactivate_absent=upload.deactivate_absent)
    return Table.from_json(upload.table), options


def _save(plan: Plan) -> None:
    changes_email = [entry for entry in plan.changed if "email" in entry.values]
    _free_addresses(changes_email, plan)
    new = Person.objects.bulk_create([_new_person(entry) for entry in plan.created], batch_size=BATCH)
    pks = {person.email: person.pk for person in new}
    _save_changed(plan.changed, pks)
    _save_leaders_of_new(plan.created, new, pks)
    forget_old_addresses(entry.pk for entry in changes_email)
    Person.objects.filter(pk__in=[person.pk for person in plan.deactivated]).update(is_active=False)


def _free_addresses(entries: list[Entry], plan: Plan) -> None:
    """Let go of e-mails that this import hands on to somebody else, so that no two have one at any moment."""
    wanted = {entry.email for entry in (*plan.created, *entries)}
    leaving = [
        entry.pk
        for entry in entries
        for change in entry.changes
        if change.column is Column.EMAIL and change.before.lower() in wanted
    ]
    if leaving:
        parked = Concat(Cast("pk", CharField()), Value("@flyttes.invalid"))
        Person.objects.filter(pk__in=leaving).update(email=parked)


def _new_person(entry: Entry) -> Person:
    leader = entry.line_manager if isinstance(entry.line_manager, int) else None
    return Person(**entry.values, line_manager_id=leader, password=make_password(None))


def _save_changed(entries: Iterable[Entry], pks: dict[str, int]) -> None:
    by_pk = {entry.pk: entry for entry in entries}
    people = Person.objects.in_bulk(by_pk)
    touched: set[str] = set()
    for pk, person in people.items():
        entry = by_pk[pk]
        values = dict(entry.values)
        if entry.sets_line_manager:
            values["line_manager_id"] = _pk_of(entry, pks)
        for name, value in values.items():
            setattr(person, name, value)
        touched |= values.keys()
    _write(list(people.values()), touched)


def _save_leaders_of_new(entries: Iterable[Entry], new: list[Person], pks: dict[str, int]) -> None:
    led_by_new = []
    for entry, person in zip(entries, new, strict=True):
        if isinstance(entry.line_manager, str):
            person.line_manager_id = _pk_of(entry, pks)
            led_by_new.append(person)
    _write(led_by_new, {"line_manager_id"})


def _write(people: list[Person], fields: set[str]) -> None:
    """Save these fields of people who have a row. An insert that gives way is far quicker than `bulk_update`."""
    if people:
        Person.objects.bulk_create(
            people,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[name.removesuffix("_id") for name in sorted(fields)],
        )


def _pk_of(entry: Entry, pks: dict[str, int]) -> int | None:
    leader = entry.line_manager
    return pks[leader] if isinstance(leader, str) else leader
