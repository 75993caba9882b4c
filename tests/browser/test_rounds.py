"""Rounds in a browser: the coordinator's review, and the match as its members see it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from network.models import PersonBlock
from sparring.models import MatchProposal, PeerSparring, RoundPause, RoundStatus, SparringRound
from sparring.services.answers import answer
from sparring.services.publishing import publish_round
from sparring.services.rounds import compute_round
from tests.browser.test_notes import enter
from tests.factories import AmbassadorFactory, OrgUnitFactory, SlotFactory, ThemeFactory, make_place, make_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slot(transactional_db):
    """The next working day at noon, when every ambassador of the tests has time."""
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while noon.weekday() > 4:
        noon += timedelta(days=1)
    return SlotFactory(starts_at=noon)


@pytest.fixture
def corps(karen, ali):
    """Twelve ambassadors with themes, of four departments: Karen and Ali have met, and one goes without."""
    units = [OrgUnitFactory() for _ in range(2)] + [karen.org_unit, ali.org_unit]
    theme = ThemeFactory(name="Konflikthåndtering")
    people = [karen, ali, *(AmbassadorFactory(person__org_unit=units[n % 4]).person for n in range(10))]
    for number, person in enumerate(people):
        (person.ambassador.offers if number % 2 else person.ambassador.seeks).add(theme)
    lone = AmbassadorFactory(left_out=2, person__first_name="Sofie", person__last_name="Lund").person
    for person in people:
        PersonBlock.objects.create(person=lone, other=person)
    AmbassadorFactory(week=[])
    return [*people, lone]


@pytest.fixture
def draft(slot, corps, birgit):
    make_session(*corps[:2], starts_at=slot.starts_at - timedelta(days=7))
    return compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())


@pytest.fixture
def review(visit, sign_in, birgit, draft):
    """The coordinator, looking at the draft."""
    visitor = visit()
    enter(visitor, sign_in, birgit)
    visitor.go(f"/sparring/runder/{draft.pk}/")
    return visitor


def groups(draft):
    return [set(proposal.members.values_list("person", flat=True)) for proposal in draft.proposals.all()]


def open_all(page):
    closed = page.locator("main details:not([open])")
    while closed.count():
        closed.first.locator("summary").click()


@pytest.mark.parametrize("width", [390, 1280])
def test_review_can_be_read_by_everybody(visit, sign_in, birgit, draft, width):
    visitor = visit(width)
    enter(visitor, sign_in, birgit)

    visitor.go("/sparring/runder/")
    visitor.look()
    visitor.go(f"/sparring/runder/{draft.pk}/")
    open_all(visitor.page)
    visitor.look()


def test_review_shows_points_that_add_up(review, draft):
    page = review.page
    page.locator(".row__more summary").first.click()

    table = page.locator(".row__more[open] .points")
    points = [int(cell) for cell in table.locator("tbody td").all_inner_texts()]

    assert sum(points) == int(table.locator("tfoot td").inner_text()) == draft.proposals.earliest("pk").score


def test_review_shows_the_matrix_and_who_goes_without(review, draft):
    page = review.page

    rows = page.locator("section[aria-labelledby=matrix] tbody tr")
    cells = [[cell.inner_text() for cell in row.locator("td").all()] for row in rows.all()]
    numbers = [[int(cell.replace("–", "0")) for cell in row] for row in cells]

    assert numbers == [list(column) for column in zip(*numbers, strict=True)]
    assert sum(map(sum, numbers)) == 2 * sum(len(group) * (len(group) - 1) // 2 for group in groups(draft))
    expect(page.locator("section[aria-labelledby=left-out] .row")).to_have_count(1)
    expect(page.locator("section[aria-labelledby=left-out]")).to_contain_text("Sofie Lund")


def test_pair_is_kept_apart_and_allowed_again(review, draft):
    page = review.page
    before = groups(draft)
    page.locator(".row__more summary").first.click()

    page.locator(".row__more[open] button[value=apart]").first.click()

    expect(page.locator(".notice--success")).to_be_visible()
    wish = draft.wishes.get()
    assert not any(set(wish.pair) <= group for group in groups(draft))
    review.look()

    page.locator("section[aria-labelledby=wishes] .row button").click()

    expect(page.locator("section[aria-labelledby=wishes] .row")).to_have_count(0)
    assert groups(draft) == before


def test_two_are_put_together_by_the_form(review, draft, karen, ali):
    page = review.page
    page.locator("#pair summary").click()
    page.locator("#pair select[name=one]").select_option(str(karen.pk))
    page.locator("#pair select[name=other]").select_option(str(ali.pk))

    page.locator("#pair button[value=together]").click()

    expect(page.locator(".notice--success")).to_be_visible()
    assert {karen.pk, ali.pk} in groups(draft)
    page.locator("input[name=navn]").fill("karen")
    page.locator("input[name=navn]").press("Enter")
    expect(page.locator("section[aria-labelledby=matches] li.row")).to_have_count(1)
    expect(page.locator("section[aria-labelledby=matches] li.row .badge")).to_be_visible()


def test_pair_that_may_not_meet_is_refused_and_the_form_says_so(review, draft, corps):
    page, lone = review.page, corps[-1]
    page.locator("section[aria-labelledby=left-out] a.button").click()
    expect(page.locator("#pair select[name=one]")).to_have_value(str(lone.pk))
    page.locator("#pair select[name=other]").select_option(str(corps[0].pk))

    page.locator("#pair button[value=together]").click()

    expect(page.locator(".notice--warning")).to_be_visible()
    review.look()
    assert not draft.wishes.exists()


def test_round_is_published_and_undone(review, draft):
    page = review.page
    page.locator("form[action$='/publicer/'] button").click()
    expect(page.locator("form[action$='/fortryd/'] button")).to_be_visible()
    review.look()
    assert PeerSparring.objects.agreed().filter(proposal__round=draft).count() == len(groups(draft))

    page.locator("form[action$='/fortryd/'] button").click()

    expect(page.locator("form[action$='/publicer/'] button")).to_be_visible()
    assert SparringRound.objects.get().status == RoundStatus.DRAFT
    assert not PeerSparring.objects.agreed().filter(proposal__round=draft).exists()


def test_review_works_without_script(visit, sign_in, birgit, draft):
    visitor = visit(390, script=False)
    enter(visitor, sign_in, birgit)
    visitor.go(f"/sparring/runder/{draft.pk}/")
    page = visitor.page
    page.locator(".row__more summary").first.click()

    page.locator(".row__more[open] button[value=together]").first.click()

    expect(page.locator("section[aria-labelledby=wishes] .row")).to_have_count(1)


# ---- the members' side ----


@pytest.fixture
def proposal(draft, karen, birgit):
    publish_round(round=draft, by=birgit, now=timezone.now())
    return MatchProposal.objects.get(members__person=karen)


@pytest.mark.parametrize("width", [390, 1280])
def test_member_reads_why_and_says_yes(visit, sign_in, karen, proposal, width):
    visitor = visit(width)
    enter(visitor, sign_in, karen)
    visitor.go("/min-dag/")
    card = visitor.page.locator(f"#proposal-{proposal.pk}")
    assert 2 <= card.locator("li:not(.row)").count() <= 3
    visitor.look()

    card.locator("button[value=accept]").click()

    expect(visitor.page.locator(f"#proposal-{proposal.pk} .notice--success")).to_be_visible()
    visitor.look()
    assert proposal.members.get(person=karen).answer == "accepted"


def test_member_passes_without_a_reason(visit, sign_in, karen, proposal):
    visitor = visit(390)
    enter(visitor, sign_in, karen)
    visitor.go("/min-dag/")

    visitor.page.locator(f"#proposal-{proposal.pk} button[value=pass]").click()

    expect(visitor.page.locator(f"#proposal-{proposal.pk} [role=status]")).to_be_visible()
    visitor.look()
    assert proposal.members.get(person=karen).answer == "passed"


def test_somebody_on_a_pause_is_with_us_again_by_one_click(visit, sign_in, karen):
    RoundPause.objects.create(person=karen, began_at=timezone.now())
    visitor = visit(390)
    enter(visitor, sign_in, karen)
    visitor.go("/min-dag/")
    visitor.look()

    visitor.page.locator("form[action='/sparring/med-igen/'] button").click()

    expect(visitor.page.locator(".notice--success")).to_be_visible()
    expect(visitor.page.locator("form[action='/sparring/med-igen/']")).to_have_count(0)
    assert not RoundPause.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("width", [390, 1280])
def test_help_is_found_and_booked(visit, sign_in, laura, corps, slot, width):
    for person in corps:
        make_place(person, slot)
    visitor = visit(width)
    enter(visitor, sign_in, laura)
    visitor.go("/sparring/hvem-kan-hjaelpe/")
    visitor.page.locator("select[name=theme]").select_option(label="Konflikthåndtering")
    visitor.page.locator("main form button").click()
    expect(visitor.page.locator("ol.rows > li")).to_have_count(5)
    visitor.look()

    visitor.page.locator("ol.rows a.button").first.click()

    expect(visitor.page.locator("input[name=theme]:checked")).to_have_count(1)
    visitor.look()


@pytest.mark.parametrize("width", [390, 1280])
def test_who_loses_their_partner_gets_another_and_the_coordinator_sees_it(
    visit, sign_in, birgit, proposal, karen, width
):
    lost = proposal.members.exclude(person=karen).get().person

    answer(proposal=proposal, by=karen, accept=False, now=timezone.now())

    assert PeerSparring.objects.agreed().of(lost).filter(proposal__round=proposal.round_id).count() == 1
    visitor = visit(width)
    enter(visitor, sign_in, birgit)
    visitor.go(f"/sparring/runder/{proposal.round_id}/")
    open_all(visitor.page)
    visitor.look()
    expect(visitor.page.locator("section[aria-labelledby=matches] .badge--warning")).to_have_count(1)
