"""Named filters over pages, and over who has tried a method."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import Coalesce, RowNumber
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from network.models import Ambassador, OrgUnit

if TYPE_CHECKING:
    from knowledge.models import CaseStudy, MethodCard, ToolboxItem
    from network.models import Person

NEWEST = F("first_published_at").desc(nulls_last=True)


def restrictions_on_page() -> models.QuerySet[PageViewRestriction]:
    """A subquery: the restrictions that lie on the outer query's page or above it."""
    address = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
    return PageViewRestriction.objects.alias(address=address).filter(address__startswith=F("page__path"))


class VisiblePageQuerySet(PageQuerySet):
    def visible_to(self, person: Person) -> VisiblePageQuerySet:
        """Published pages that no restriction closes to this person. A password page is on nobody's list."""
        if person.is_external:
            return self.none()
        closed = restrictions_on_page().exclude(restriction_type=PageViewRestriction.LOGIN)
        if person.is_superuser:
            closed = closed.exclude(restriction_type=PageViewRestriction.GROUPS)
        else:
            # A subquery rather than a join: a page may be open to several groups that this person is in.
            own = PageViewRestriction.groups.through.objects.filter(group__in=person.groups.all())
            closed = closed.exclude(
                restriction_type=PageViewRestriction.GROUPS, pk__in=own.values("pageviewrestriction_id")
            )
        return self.live().filter(~Exists(closed))

    def newest_first(self) -> VisiblePageQuerySet:
        return self.order_by(NEWEST, "-pk")

    def built_on(self, card: MethodCard, *, each: int) -> VisiblePageQuerySet:
        """The newest cases and tools that name this card, `each` of a kind at the most.

        `total` says how many there are of that kind. One query for both: the page of a card has many lists.
        """
        kind: dict[str, Any] = {"partition_by": [F("content_type")]}
        return (
            self.filter(Q(casestudy__card_links__card=card) | Q(toolboxitem__card_links__card=card))
            .select_related("casestudy__org_unit__department", "toolboxitem")
            .annotate(
                total=Window(Count("pk"), **kind),
                position=Window(RowNumber(), order_by=[NEWEST, F("pk").desc()], **kind),
            )
            .filter(position__lte=each)
            .order_by("content_type", "position")
        )


class KnowledgePageQuerySet(VisiblePageQuerySet):
    def about(self, theme: str) -> KnowledgePageQuerySet:
        return self.filter(themes__slug=theme) if theme else self


class MethodCardQuerySet(KnowledgePageQuerySet):
    def matching(
        self, *, theme: str = "", minutes: int | None = None, participants: int | None = None, tradition: str = ""
    ) -> MethodCardQuerySet:
        """Cards about a theme, done within `minutes`, for so many `participants`, of a tradition; all optional."""
        cards = self.about(theme)
        if minutes:
            cards = cards.filter(minutes__lte=minutes)
        if participants:
            cards = cards.filter(participants_from__lte=participants, participants_to__gte=participants)
        if tradition:
            cards = cards.filter(tradition__slug=tradition)
        return cards

    def for_lists(self) -> MethodCardQuerySet:
        return self.select_related("tradition").defer_streamfields()

    def linked_from(self, page: CaseStudy | ToolboxItem) -> MethodCardQuerySet:
        """The cards a case or a tool names, also those chosen a moment ago in a preview."""
        chosen = page.card_links.values_list("card_id", flat=True)
        return self.filter(pk__in=chosen).for_lists().order_by("title", "pk")

    def most_used_and_newest(self, *, each: int) -> MethodCardQuerySet:
        """The `each` most used cards and the `each` newest, marked `is_much_used` or not, most used first.

        A use is a published case that names the card, or somebody who says they have tried it.
        """
        cases = self.model.case_links.rel.related_model.objects.filter(case__live=True)
        trials = self.model.trials.rel.related_model.objects.all()
        by_use = [F("uses").desc(), NEWEST, F("pk").desc()]
        return (
            self.annotate(uses=_count_of(cases) + _count_of(trials))
            .annotate(
                use_place=Window(RowNumber(), order_by=by_use),
                new_place=Window(RowNumber(), order_by=[NEWEST, F("pk").desc()]),
            )
            .annotate(is_much_used=Case(When(use_place__lte=each, uses__gt=0, then=True), default=False))
            .filter(Q(is_much_used=True) | Q(new_place__lte=each))
            .order_by("use_place")
        )

    def due_for_review(self, today: date) -> MethodCardQuerySet:
        return self.filter(review_on__lt=today)


def _count_of(rows: models.QuerySet) -> Coalesce:
    """How many of `rows` point at the outer query's card."""
    counted = rows.filter(card=OuterRef("pk")).order_by().values("card").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count"), output_field=models.IntegerField()), 0)


class CaseStudyQuerySet(KnowledgePageQuerySet):
    def for_lists(self) -> CaseStudyQuerySet:
        return self.select_related("org_unit__department").defer_streamfields()


class ToolboxItemQuerySet(KnowledgePageQuerySet):
    pass


class FavouriteQuerySet(models.QuerySet[Any]):
    def of(self, person_id: int | None) -> FavouriteQuerySet:
        """Favourites are private: every reading of them starts here."""
        return self.filter(person=person_id)

    def with_pages(self) -> FavouriteQuerySet:
        return self.select_related("page__methodcard", "page__casestudy", "page__toolboxitem")

    def latest_first(self) -> FavouriteQuerySet:
        return self.order_by("-saved_at", "-pk")


class MethodTrialQuerySet(models.QuerySet[Any]):
    def of(self, person_id: int | None) -> MethodTrialQuerySet:
        return self.filter(person=person_id)

    def by_colleagues_of(self, person: Person) -> MethodTrialQuerySet:
        """Others still employed who tell that they have tried a method; those of other departments first.

        `same_department` and `can_be_booked` mark each; `total` counts them all.
        """
        if person.is_external:
            return self.none()
        own_department = OrgUnit.objects.filter(people=person, department=OuterRef("person__org_unit__department"))
        return (
            self.filter(person__is_active=True, person__is_external=False)
            .exclude(person=person)
            .select_related("person__org_unit__department")
            .annotate(
                same_department=Exists(own_department),
                can_be_booked=Exists(Ambassador.objects.active().filter(person=OuterRef("person"))),
                total=Window(Count("pk")),
            )
            .order_by("same_department", "-told_at", "pk")
        )


def visible_pages(person: Person) -> VisiblePageQuerySet:
    """Pages of every type that this person may read."""
    return VisiblePageQuerySet(Page).visible_to(person)
