from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from network.models import PersonBlock
from network.outbox.models import OutboxMessage
from sparring.models import MatchAnswer, MatchMember, MatchProposal, PeerSparring, RoundStatus, SparringRound
from sparring.round_overview import Fairness, match_for
from sparring.services.publishing import publish_round
from sparring.services.rounds import PairCannotMeetError, compute_round
from sparring.timetable import COPENHAGEN, local_day
from tests.factories import AmbassadorFactory, OrgUnitFactory, SeriesFactory, SlotFactory, make_session

MOST_QUERIES = 12


@pytest.fixture
def tomorrow():
    """Half past nine on the next working day, by the real clock, which the pages ask."""
    day = timezone.now().astimezone(COPENHAGEN) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


@pytest.fixture
def slot(db, tomorrow):
    return SlotFactory(starts_at=tomorrow)


@pytest.fixture
def draft(slot, birgit, karen, ali):
    return compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())


@pytest.fixture
def proposal(draft, birgit):
    """Karen and Ali, matched and told."""
    publish_round(round=draft, by=birgit, now=timezone.now())
    return MatchProposal.objects.get()


@pytest.fixture
def coordinator(sign_in, birgit):
    return sign_in(birgit)


def corps(size):
    """Ambassadors of ten departments."""
    units = [OrgUnitFactory() for _ in range(10)]
    return [AmbassadorFactory(person__org_unit=units[number % 10]).person for number in range(size)]


def levels_of(response):
    return [message.level_tag for message in get_messages(response.wsgi_request)]


# ---- who may ----


@pytest.mark.parametrize("name", ["laura", "karen", "mikkel", "vera"])
def test_rounds_are_for_coordinators_only(sign_in, request, slot, draft, name):
    client = sign_in(request.getfixturevalue(name))

    statuses = [
        client.get(reverse("sparring:rounds")).status_code,
        client.get(reverse("sparring:round", args=[draft.pk])).status_code,
        client.post(reverse("sparring:make_round", args=[slot.pk])).status_code,
        client.post(reverse("sparring:publish_round", args=[draft.pk])).status_code,
        client.post(reverse("sparring:discard_round", args=[draft.pk])).status_code,
    ]

    assert statuses == [403] * 5
    assert SparringRound.objects.get().status == RoundStatus.DRAFT


def test_rounds_send_nobody_to_the_login(client, draft):
    response = client.get(reverse("sparring:rounds"))

    assert (response.status_code, reverse("account_login") in response.url) == (302, True)


@pytest.mark.parametrize(
    "action",
    ["make_round", "publish_round", "undo_publishing", "wish_for_pair", "drop_wish", "discard_round", "answer"],
)
def test_changes_are_made_by_post_only(coordinator, draft, action):
    assert coordinator.get(reverse(f"sparring:{action}", args=[draft.pk])).status_code == 405


def test_answer_of_somebody_else_does_not_exist(sign_in, birgit, laura, proposal):
    for person in (laura, birgit, AmbassadorFactory().person):
        response = sign_in(person).post(reverse("sparring:answer", args=[proposal.pk]), {"answer": "pass"})
        assert response.status_code == 404
    assert set(proposal.members.values_list("answer", flat=True)) == {MatchAnswer.WAITING}


def test_answer_to_a_draft_does_not_exist(sign_in, karen, draft):
    url = reverse("sparring:answer", args=[draft.proposals.get().pk])

    assert sign_in(karen).post(url, {"answer": "accept"}).status_code == 404


# ---- the coordinator's pages ----


def test_rounds_offers_a_round_for_each_coming_slot(coordinator, slot):
    SlotFactory(series=slot.series, starts_at=slot.starts_at - timedelta(days=7))

    response = coordinator.get(reverse("sparring:rounds"))

    assert [shown.pk for shown in response.context["page"]] == [slot.pk]
    assert response.context["next_slot"] == slot
    assert response.content.decode().count(reverse("sparring:make_round", args=[slot.pk])) == 2


def test_rounds_links_to_the_round_that_is_there(coordinator, slot, draft):
    response = coordinator.get(reverse("sparring:rounds"))

    assert reverse("sparring:round", args=[draft.pk]) in response.content.decode()
    assert reverse("sparring:make_round", args=[slot.pk]) not in response.content.decode()


def test_rounds_without_slots_is_a_kind_page(coordinator):
    response = coordinator.get(reverse("sparring:rounds"))

    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


def test_make_round_shows_what_it_made(coordinator, slot, karen, ali):
    response = coordinator.post(reverse("sparring:make_round", args=[slot.pk]), follow=True)

    (match,) = response.context["overview"].matches
    assert {member.person for member in match.members} == {karen, ali}
    assert sum(points for _name, points in match.parts) == match.score


def test_make_round_without_any_ambassador_is_a_kind_page(coordinator, slot):
    response = coordinator.post(reverse("sparring:make_round", args=[slot.pk]), follow=True)

    assert response.status_code == 200
    assert response.context["overview"].matches == []
    assert reverse("sparring:publish_round", args=[response.context["round"].pk]) not in response.content.decode()


def test_make_round_for_a_slot_that_is_over_is_refused_kindly(coordinator, slot):
    slot.starts_at, slot.ends_at = timezone.now() - timedelta(hours=1), timezone.now()
    slot.save()

    response = coordinator.post(reverse("sparring:make_round", args=[slot.pk]))

    assert (response.url, levels_of(response)) == (reverse("sparring:rounds"), ["warning"])


def test_round_shows_matrix_and_repeats(coordinator, slot, karen, ali, draft):
    make_session(karen, ali, starts_at=slot.starts_at - timedelta(days=7))

    overview = coordinator.get(reverse("sparring:round", args=[draft.pk])).context["overview"]

    assert [row.cells for row in overview.matrix] == [[0, 1], [1, 0]]
    assert [{a, b, days} for a, b, days in overview.matches[0].repeats] == [{karen, ali, 7}]


def test_round_tells_who_is_left_out_and_who_is_away(coordinator, slot, birgit, karen):
    away = AmbassadorFactory(week=[]).person
    draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())

    overview = coordinator.get(reverse("sparring:round", args=[draft.pk])).context["overview"]

    assert [absence.person for absence in overview.left_out] == [karen]
    assert [people for _sentence, people in overview.hindered] == [[away]]


def test_round_looks_the_same_whether_a_block_or_a_leader_hinders(coordinator, slot, birgit, karen, ali):
    pages = []
    for hinder in ("block", "leader"):
        PersonBlock.objects.all().delete()
        if hinder == "block":
            PersonBlock.objects.create(person=karen, other=ali)
        else:
            karen.line_manager = ali
            karen.save()
        draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())
        overview = coordinator.get(reverse("sparring:round", args=[draft.pk])).context["overview"]
        pages.append([(absence.person, str(absence.sentence)) for absence in overview.left_out])

    assert pages[0] == pages[1]


def test_publish_round_twice_tells_everybody_once(coordinator, draft):
    url = reverse("sparring:publish_round", args=[draft.pk])

    coordinator.post(url)

    assert levels_of(coordinator.post(url)) == ["success", "warning"]
    assert OutboxMessage.objects.filter(kind="mail").count() == 2


def test_publish_round_names_the_group_that_fell_away(coordinator, laura, slot, karen, birgit):
    AmbassadorFactory.create_batch(3)
    draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())
    make_session(laura, karen, starts_at=slot.starts_at)

    response = coordinator.post(reverse("sparring:publish_round", args=[draft.pk]))

    success, warning = get_messages(response.wsgi_request)
    assert (success.level_tag, warning.level_tag) == ("success", "warning")
    assert karen.name in warning.message


def test_published_round_can_be_undone_and_nothing_else(coordinator, proposal):
    page = coordinator.get(reverse("sparring:round", args=[proposal.round_id])).content.decode()

    shown = {
        action: reverse(f"sparring:{action}", args=[proposal.round_id]) in page
        for action in ("publish_round", "discard_round", "wish_for_pair", "undo_publishing")
    }
    assert shown == {
        "publish_round": False,
        "discard_round": False,
        "wish_for_pair": False,
        "undo_publishing": True,
    }


def test_undo_leads_back_to_the_draft(coordinator, proposal):
    url = reverse("sparring:undo_publishing", args=[proposal.round_id])

    response = coordinator.post(url)

    assert (response.url, levels_of(response)) == (reverse("sparring:round", args=[proposal.round_id]), ["success"])
    assert SparringRound.objects.get().status == RoundStatus.DRAFT


def test_undo_after_the_first_mail_is_refused_kindly(coordinator, proposal):
    OutboxMessage.objects.filter(kind="mail").update(done_at=timezone.now(), attempts=1)

    page = coordinator.get(reverse("sparring:round", args=[proposal.round_id])).content.decode()
    response = coordinator.post(reverse("sparring:undo_publishing", args=[proposal.round_id]))

    assert reverse("sparring:undo_publishing", args=[proposal.round_id]) not in page
    assert levels_of(response) == ["warning"]
    assert PeerSparring.objects.agreed().count() == 1


# ---- pairs that the coordinator decides about ----


@pytest.fixture
def wish(coordinator, draft):
    """Send the form about two people."""
    return lambda one, other, kind="together": coordinator.post(
        reverse("sparring:wish_for_pair", args=[draft.pk]), {"one": one.pk, "other": other.pk, "kind": kind}
    )


def test_pinned_pair_is_marked_and_can_be_let_go(coordinator, draft, wish, karen, ali):
    response = wish(ali, karen)

    overview = coordinator.get(response.url).context["overview"]
    assert levels_of(response) == ["success"]
    assert [match.is_pinned for match in overview.matches] == [True]
    assert [(wished.wish.pair, wished.is_met) for wished in overview.wishes] == [
        (tuple(sorted((karen.pk, ali.pk))), True)
    ]

    response = coordinator.post(reverse("sparring:drop_wish", args=[draft.wishes.get().pk]))

    overview = coordinator.get(response.url).context["overview"]
    assert levels_of(response) == ["success"]
    assert (overview.wishes, [match.is_pinned for match in overview.matches]) == ([], [False])


def test_pair_that_is_kept_apart_is_left_out_and_can_be_allowed_again(coordinator, draft, wish, karen, ali):
    response = wish(karen, ali, "apart")

    page = coordinator.get(response.url)
    assert page.context["overview"].matches == []
    assert {absence.person for absence in page.context["overview"].left_out} == {karen, ali}
    assert reverse("sparring:drop_wish", args=[draft.wishes.get().pk]) in page.content.decode()


@pytest.mark.parametrize("hinder", ["block", "blocked", "leader", "department"])
def test_pair_that_may_not_meet_is_refused_in_one_sentence(coordinator, draft, wish, karen, ali, hinder):
    if hinder == "block":
        PersonBlock.objects.create(person=karen, other=ali)
    elif hinder == "blocked":
        PersonBlock.objects.create(person=ali, other=karen)
    elif hinder == "leader":
        type(ali).objects.filter(pk=ali.pk).update(line_manager=karen)
    else:
        type(ali).objects.filter(pk=ali.pk).update(org_unit=karen.org_unit)

    response = wish(karen, ali)

    assert [str(message) for message in get_messages(response.wsgi_request)] == [str(PairCannotMeetError.sentence)]
    assert not draft.wishes.exists()


@pytest.mark.parametrize("kind", ["together", "apart"])
def test_pair_of_one_person_is_refused_kindly(draft, wish, karen, kind):
    response = wish(karen, karen, kind)

    assert (levels_of(response), draft.wishes.count()) == (["warning"], 0)


@pytest.mark.parametrize("name", ["laura", "karen"])
def test_wishes_are_for_coordinators_only(sign_in, request, draft, wish, karen, ali, name):
    wish(karen, ali)
    client = sign_in(request.getfixturevalue(name))
    pair = {"one": karen.pk, "other": ali.pk, "kind": "apart"}

    statuses = [
        client.post(reverse("sparring:wish_for_pair", args=[draft.pk]), pair).status_code,
        client.post(reverse("sparring:drop_wish", args=[draft.wishes.get().pk])).status_code,
        client.post(reverse("sparring:undo_publishing", args=[draft.pk])).status_code,
    ]

    assert (statuses, [wished.kind for wished in draft.wishes.all()]) == ([403] * 3, ["together"])


def test_chosen_person_stands_in_the_form(coordinator, draft, ali):
    page = coordinator.get(reverse("sparring:round", args=[draft.pk]), {"person": ali.pk}).content.decode()

    assert f'<option value="{ali.pk}" selected>' in page


# ---- a large round ----


def test_round_of_many_is_shown_in_pages_and_can_be_searched(coordinator, slot, birgit):
    people = corps(60)
    draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())
    url = reverse("sparring:round", args=[draft.pk])

    first, found = coordinator.get(url), coordinator.get(url, {"navn": people[0].first_name + " efter"})

    assert (len(first.context["page"]), first.context["page"].paginator.num_pages) == (20, 2)
    assert [
        people[0] in [member.person for member in match.members] for match in found.context["page"].object_list
    ] == [True]


def test_round_tells_how_fair_it_is(coordinator, slot, birgit, karen, ali):
    """Two of three get somebody: Karen, who has waited for two rounds, and one of the others' department."""
    lone = AmbassadorFactory(left_out=1).person
    for person in (karen, ali):
        PersonBlock.objects.create(person=lone, other=person)
    type(karen.ambassador).objects.filter(person=karen).update(left_out=2)
    draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())

    fairness = coordinator.get(reverse("sparring:round", args=[draft.pk])).context["overview"].fairness

    assert fairness == Fairness(available=3, served=2, waited=2, helped=1, longest_wait=2)


def test_those_left_out_are_told_with_the_next_day(coordinator, slot, birgit, karen, ali):
    ali.ambassador.availability.filter(weekday=slot.starts_at.astimezone(COPENHAGEN).weekday()).delete()
    later = SlotFactory(series=slot.series, starts_at=slot.starts_at + timedelta(days=6))
    while later.starts_at.weekday() in {5, 6, slot.starts_at.weekday()}:
        later.starts_at, later.ends_at = later.starts_at + timedelta(days=1), later.ends_at + timedelta(days=1)
        later.save()
    draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())

    (absence,) = coordinator.get(reverse("sparring:round", args=[draft.pk])).context["overview"].left_out

    assert (absence.person, absence.next_date) == (karen, local_day(later.starts_at))


def test_discard_round_leads_back_to_the_list(coordinator, draft):
    response = coordinator.post(reverse("sparring:discard_round", args=[draft.pk]))

    assert response.url == reverse("sparring:rounds")
    assert coordinator.get(reverse("sparring:round", args=[draft.pk])).url == reverse("sparring:rounds")


# ---- the members' side ----


@pytest.mark.parametrize("answer", ["accept", "pass"])
def test_answer_leads_to_my_day(sign_in, karen, proposal, answer):
    response = sign_in(karen).post(reverse("sparring:answer", args=[proposal.pk]), {"answer": answer})

    assert (response.url, levels_of(response)) == (reverse("sparring:my_day"), ["success"])
    assert PeerSparring.objects.get().is_agreed == (answer == "accept")


@pytest.mark.parametrize("answer", ["accept", "pass"])
def test_answer_by_htmx_gives_the_card_back(sign_in, karen, proposal, answer):
    response = sign_in(karen).post(
        reverse("sparring:answer", args=[proposal.pk]), {"answer": answer}, headers={"HX-Request": "true"}
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert f'id="proposal-{proposal.pk}"' in page
    assert 'value="accept"' not in page
    assert ('value="pass"' in page) == (answer == "accept")


@pytest.mark.parametrize("data", [{}, {"answer": "måske"}])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_answer_that_is_none_changes_nothing(sign_in, karen, proposal, data, headers):
    response = sign_in(karen).post(reverse("sparring:answer", args=[proposal.pk]), data, headers=headers)

    assert response.status_code in {200, 302}
    assert set(proposal.members.values_list("answer", flat=True)) == {MatchAnswer.WAITING}


def test_answer_after_the_other_passed_is_refused_kindly(sign_in, karen, ali, proposal):
    url = reverse("sparring:answer", args=[proposal.pk])
    sign_in(karen).post(url, {"answer": "pass"})

    response = sign_in(ali).post(url, {"answer": "accept"}, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize("address", ["my_day", "session"])
def test_members_see_the_match_and_never_the_score(sign_in, karen, ali, proposal, address):
    MatchProposal.objects.update(score=987654, parts={"fit": 987654})
    args = [proposal.session.uid] if address == "session" else []

    page = sign_in(karen).get(reverse(f"sparring:{address}", args=args)).content.decode()

    assert ali.name in page
    assert reverse("sparring:answer", args=[proposal.pk]) in page
    assert "987654" not in page
    assert "987.654" not in page


def test_session_of_three_forgets_who_left(sign_in, karen, ali, slot, birgit):
    sofie = AmbassadorFactory(person__first_name="Sofie").person
    draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())
    publish_round(round=draft, by=birgit, now=timezone.now())
    proposal = MatchProposal.objects.get()
    sign_in(sofie).post(reverse("sparring:answer", args=[proposal.pk]), {"answer": "pass"})

    page = sign_in(karen).get(reverse("sparring:session", args=[proposal.session.uid])).content.decode()

    assert (ali.name in page, sofie.name in page) == (True, False)


@pytest.mark.parametrize("answers_first", [True, False])
def test_my_day_tells_who_of_three_has_cancelled(sign_in, karen, ali, slot, birgit, coordinator, answers_first):
    sofie = AmbassadorFactory(person__first_name="Sofie").person
    draft = compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())
    publish_round(round=draft, by=birgit, now=timezone.now())
    session = PeerSparring.objects.get()
    if answers_first:
        sign_in(sofie).post(reverse("sparring:answer", args=[session.proposal.pk]), {"answer": "accept"})
    sign_in(sofie).post(reverse("sparring:cancel", args=[session.uid]))

    (proposal,) = sign_in(karen).get(reverse("sparring:my_day")).context["proposals"]
    match = match_for(karen, proposal, now=timezone.now())
    (group,) = coordinator.get(reverse("sparring:round", args=[draft.pk])).context["overview"].matches

    assert {member.person: member.has_left for member in match.partners} == {ali: False, sofie: True}
    assert [member.person for member in match.coming] == [ali]
    assert {member.person for member in group.members if member.has_left} == {sofie}


def test_nobody_has_left_a_session_that_is_cancelled(coordinator, sign_in, karen, proposal):
    sign_in(karen).post(reverse("sparring:cancel", args=[proposal.session.uid]))

    (group,) = coordinator.get(reverse("sparring:round", args=[proposal.round_id])).context["overview"].matches

    assert [member.has_left for member in group.members] == [False, False]


# ---- queries ----


def test_round_takes_as_many_queries_for_many(coordinator, tomorrow, birgit):
    counts = []
    for size in (6, 60):
        corps(size)
        draft = compute_round(slot=SlotFactory(starts_at=tomorrow), by=birgit, seed=1, now=timezone.now())
        assert MatchMember.objects.filter(proposal__round=draft).count() >= size
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(reverse("sparring:round", args=[draft.pk]))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= MOST_QUERIES


def test_rounds_takes_as_many_queries_for_many(coordinator, tomorrow, birgit):
    series = SeriesFactory()
    counts = []
    for days in (range(1), range(1, 30)):
        for number in days:
            slot = SlotFactory(series=series, starts_at=tomorrow + timedelta(days=number))
            compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(reverse("sparring:rounds"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= MOST_QUERIES


def test_compute_round_takes_as_many_queries_for_many(tomorrow, birgit):
    counts = []
    for size in (6, 60):
        corps(size)
        slot = SlotFactory(starts_at=tomorrow)
        with CaptureQueriesContext(connection) as queries:
            compute_round(slot=slot, by=birgit, seed=1, now=timezone.now())
        counts.append(len(queries))

    assert counts[0] == counts[1]
