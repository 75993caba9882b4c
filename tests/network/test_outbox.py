from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction

from network.outbox import delivery, handlers
from network.outbox.delivery import AT_ONCE, LEASE, MAX_ATTEMPTS, deliver_due, forget_done, retry_given_up
from network.outbox.handlers import AwayError
from network.outbox.mail import enqueue_mail
from network.outbox.models import OutboxMessage
from network.outbox.services import enqueue, leaves_at, withdraw

NOW = datetime(2025, 3, 3, 8, tzinfo=UTC)  # long past: what the clock finds is due
MINUTE = timedelta(minutes=1)


class OutsideWorldError(Exception):
    pass


class Outside:
    """What the messages are delivered to: remembers each, and fails as long as told to."""

    def __init__(self):
        self.received = []
        self.failing = set()

    def __call__(self, payload):
        if payload["text"] in self.failing:
            raise OutsideWorldError("no answer")
        self.received.append(payload["text"])


@pytest.fixture
def outside(db, monkeypatch):
    outside = Outside()
    monkeypatch.setitem(handlers._handlers, "test", outside)
    return outside


def put(text="hej", **fields):
    message = enqueue("test", {"text": text}, now=NOW)
    OutboxMessage.objects.filter(pk=message.pk).update(**fields)
    message.refresh_from_db()
    return message


def test_message_is_delivered_after_the_commit_and_not_before(outside, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        put("hej")
        assert outside.received == []

    assert outside.received == ["hej"]
    assert OutboxMessage.objects.waiting().count() == 0


def test_message_of_a_transaction_that_fails_is_never_delivered(outside, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), suppress(OutsideWorldError), transaction.atomic():
        put("hej")
        raise OutsideWorldError

    assert outside.received == []
    assert OutboxMessage.objects.count() == 0


def test_failing_delivery_does_not_fail_what_was_saved(outside, django_capture_on_commit_callbacks):
    outside.failing = {"hej"}

    with django_capture_on_commit_callbacks(execute=True):
        message = put("hej")

    message.refresh_from_db()
    assert (message.attempts, message.done_at) == (1, None)


def test_messages_are_delivered_in_the_order_they_were_written(outside):
    for text in "abc":
        put(text)

    assert deliver_due(now=NOW) == 3
    assert outside.received == ["a", "b", "c"]


def test_message_that_fails_does_not_stop_the_next(outside):
    outside.failing = {"a"}
    first, second = put("a"), put("b")

    assert deliver_due(now=NOW) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.last_error == "OutsideWorldError: no answer"
    assert second.done_at is not None


def test_message_that_is_done_is_not_delivered_again(outside):
    put()

    assert deliver_due(now=NOW) == 1
    assert deliver_due(now=NOW + timedelta(days=1)) == 0
    assert outside.received == ["hej"]


def test_message_that_is_not_due_waits(outside):
    put(due_at=NOW + MINUTE)

    assert deliver_due(now=NOW) == 0
    assert deliver_due(now=NOW + MINUTE) == 1


def test_message_is_retried_with_growing_delay_and_given_up_after_eight(outside):
    outside.failing = {"hej"}
    message = put()
    now, delays = NOW, []

    for _ in range(MAX_ATTEMPTS - 1):
        deliver_due(now=now)
        message.refresh_from_db()
        delays.append(round((message.due_at - now) / MINUTE))
        now = message.due_at
    assert delays == [2, 4, 8, 16, 32, 64, 128]
    assert message.gave_up_at is None

    deliver_due(now=now)
    message.refresh_from_db()
    assert (message.attempts, message.gave_up_at is None) == (8, False)
    assert deliver_due(now=now + timedelta(days=9)) == 0
    message.refresh_from_db()
    assert message.attempts == 8


def test_given_up_message_can_be_tried_anew(outside):
    message = put(attempts=8, gave_up_at=NOW)

    assert retry_given_up(now=NOW) == 1
    assert deliver_due(now=NOW) == 1
    message.refresh_from_db()
    assert (message.attempts, message.gave_up_at, message.last_error) == (1, None, "")


def test_second_deliverer_leaves_alone_what_the_first_is_at(db, monkeypatch):
    received = []

    def handler(payload):
        received.append(payload["text"])
        assert deliver_due(now=NOW) == 0  # another process, while this one is at it

    monkeypatch.setitem(handlers._handlers, "test", handler)
    put("hej")

    assert deliver_due(now=NOW) == 1
    assert received == ["hej"]


def test_two_deliverers_that_read_the_same_message_claim_it_once(outside):
    put()
    one, other = OutboxMessage.objects.get(), OutboxMessage.objects.get()

    assert [delivery._claim(one, NOW), delivery._claim(other, NOW)] == [True, False]


def test_message_claimed_by_a_process_that_died_is_delivered_after_the_lease(outside):
    assert delivery._claim(put(), NOW)

    assert deliver_due(now=NOW + LEASE - MINUTE) == 0
    assert deliver_due(now=NOW + LEASE) == 1
    assert outside.received == ["hej"]


def test_message_that_ends_the_process_each_time_is_given_up(outside):
    message = put(attempts=MAX_ATTEMPTS)

    assert deliver_due(now=NOW) == 0

    message.refresh_from_db()
    assert (message.gave_up_at is None, message.last_error) == (False, "The delivery was interrupted.")
    assert outside.received == []


def test_late_failure_does_not_undo_what_another_process_has_done(outside):
    message = put("hej")
    delivery._claim(message, NOW)
    deliver_due(now=NOW + LEASE)
    outside.failing = {"hej"}

    delivery._deliver([message], NOW + LEASE)

    message.refresh_from_db()
    assert (message.done_at is None, message.last_error) == (False, "")


def test_lease_counts_from_when_the_message_is_taken_up(db, monkeypatch):
    clock = iter([0, 0, 600])  # the start, then the moment of each message
    monkeypatch.setattr(delivery, "monotonic", lambda: next(clock))
    leases = []
    monkeypatch.setitem(
        handlers._handlers, "test", lambda payload: leases.append(OutboxMessage.objects.get(payload=payload).due_at)
    )
    put("a")
    put("b")

    deliver_due(now=NOW)

    assert leases == [NOW + LEASE, NOW + 10 * MINUTE + LEASE]


def test_delivery_stops_when_its_time_is_over(outside, monkeypatch):
    clock = iter([0, 0, 11])
    monkeypatch.setattr(delivery, "monotonic", lambda: next(clock))
    put("a")
    put("b")

    assert deliver_due(now=NOW, within=timedelta(seconds=10)) == 1
    assert OutboxMessage.objects.waiting().count() == 1


def test_message_of_unknown_kind_is_kept_for_a_later_version(db):
    message = enqueue("from-the-future", {}, now=NOW)

    assert deliver_due(now=NOW) == 0
    message.refresh_from_db()
    assert (message.last_error, message.gave_up_at) == ("KeyError: 'from-the-future'", None)


def test_forget_done_deletes_what_was_sent_a_month_ago_only(outside):
    put(done_at=NOW - timedelta(days=30))
    kept = [put(done_at=NOW - timedelta(days=29)), put(), put(gave_up_at=NOW - timedelta(days=99))]

    assert forget_done(now=NOW) == 1
    assert list(OutboxMessage.objects.order_by("pk")) == kept


def test_mail_carries_its_calendar_as_an_invitation_and_as_a_file(db):
    enqueue_mail(to="karen@egeby.example", subject="Æ", body="Ø", calendar="BEGIN:VCALENDAR", method="CANCEL", now=NOW)

    assert deliver_due(now=NOW) == 1

    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["karen@egeby.example"], "Æ", "Ø")
    assert [(part.content, part.mimetype) for part in sent.alternatives] == [
        ("BEGIN:VCALENDAR", "text/calendar; method=CANCEL")
    ]
    assert [name for name, _content, _kind in sent.attachments] == ["aftale.ics"]


def test_mail_without_a_calendar_is_plain_text(db):
    enqueue_mail(to="karen@egeby.example", subject="Hej", body="Tekst", now=NOW)

    deliver_due(now=NOW)

    assert (mail.outbox[0].alternatives, mail.outbox[0].attachments) == ([], [])


def test_mail_with_a_line_break_in_its_subject_never_leaves(db):
    enqueue_mail(to="karen@egeby.example", subject="Hej\nBcc: alle@egeby.example", body="", now=NOW)

    assert deliver_due(now=NOW) == 0
    assert mail.outbox == []


def test_command_delivers_and_tells_what_is_left(outside, capsys):
    put("a")
    put("b", gave_up_at=NOW)

    call_command("deliver_outbox")
    assert capsys.readouterr().out == "Leveret: 1. Venter: 0. Opgivet: 1.\n"

    call_command("deliver_outbox", "--retry")
    assert capsys.readouterr().out == "Leveret: 1. Venter: 0. Opgivet: 0.\n"


class TestWhenNobodyIsThere:
    @pytest.fixture
    def away(self, outside, monkeypatch):
        """Nobody takes what is in `away`; messages are merged."""
        away = set()

        def handler(payload):
            tried.append(payload["text"])
            if away & set(payload["text"].split()):
                raise AwayError("out for lunch")
            outside(payload)

        tried = outside.tried = []
        monkeypatch.setitem(handlers._handlers, "test", handler)
        monkeypatch.setitem(
            handlers._merges, "test", lambda payloads: {"text": " ".join(each["text"] for each in payloads)}
        )
        return away

    def test_messages_are_merged_and_all_done(self, outside, away):
        put("a")
        put("b")

        assert deliver_due(now=NOW) == 2
        assert outside.received == ["a b"]
        assert OutboxMessage.objects.waiting().count() == 0

    def test_no_more_than_some_are_merged(self, outside, away):
        for number in range(AT_ONCE + 1):
            put(str(number))

        assert deliver_due(now=NOW) == AT_ONCE + 1
        assert [len(text.split()) for text in outside.received] == [AT_ONCE, 1]

    def test_it_is_no_attempt_however_long_it_lasts(self, outside, away):
        away.add("a")
        message = put("a")

        for hour in range(24 * 7):
            deliver_due(now=NOW + hour * 60 * MINUTE)

        message.refresh_from_db()
        assert (message.attempts, message.gave_up_at, message.last_error) == (0, None, "AwayError: out for lunch")
        assert len(outside.tried) == 24 * 7

    def test_what_waits_is_delivered_within_half_a_minute_of_their_return(self, outside, away):
        away.add("a")
        put("a")
        deliver_due(now=NOW)
        away.clear()

        assert deliver_due(now=NOW + timedelta(seconds=30)) == 1

    def test_other_messages_of_the_kind_rest_for_a_moment_and_do_not_wait_for_the_one_that_was_tried(
        self, outside, away
    ):
        away.add("a")
        put("a")
        deliver_due(now=NOW)
        put("b")

        assert deliver_due(now=NOW + timedelta(seconds=9)) == 0
        assert deliver_due(now=NOW + timedelta(seconds=11)) == 1
        assert outside.received == ["b"]

    def test_messages_of_other_kinds_do_not_rest(self, outside, away):
        away.add("a")
        put("a")
        enqueue_mail(to="karen@egeby.example", subject="Hej", body="Tekst", now=NOW)

        assert deliver_due(now=NOW) == 1
        assert len(mail.outbox) == 1

    def test_a_queue_that_rests_does_not_stand_before_the_others(self, outside, away):
        away.add("a")
        put("a")
        put("a")
        deliver_due(now=NOW)
        enqueue_mail(to="karen@egeby.example", subject="Hej", body="Tekst", now=NOW)

        assert deliver_due(now=NOW + timedelta(seconds=5), limit=1) == 1
        assert len(mail.outbox) == 1

    def test_one_bad_message_among_the_merged_is_put_off_alone(self, outside, away):
        messages = [put(text) for text in "abc"]
        outside.failing = {"a b c", "b"}

        assert deliver_due(now=NOW) == 2
        for message in messages:
            message.refresh_from_db()
        assert [(message.attempts, message.done_at is None) for message in messages] == [
            (1, False),
            (1, True),
            (1, False),
        ]

    def test_those_behind_one_that_finds_nobody_are_not_left_claimed(self, outside, away):
        messages = [put(text) for text in "abc"]
        outside.failing = {"a b c"}
        away.add("b")
        away_when_merged = handlers._handlers["test"]
        handlers._handlers["test"] = lambda payload: (
            outside(payload) if payload["text"] == "a b c" else away_when_merged(payload)
        )

        deliver_due(now=NOW)

        for message in messages:
            message.refresh_from_db()
        assert [(message.attempts, message.due_at - NOW < MINUTE) for message in messages[1:]] == [(0, True)] * 2


def test_command_stays_for_what_comes_due_meanwhile(outside, monkeypatch, capsys):
    monkeypatch.setattr("network.outbox.management.commands.deliver_outbox.time.sleep", lambda seconds: put("b"))
    put("a")

    call_command("deliver_outbox", "--stay", "0.05")

    assert outside.received[:2] == ["a", "b"]


# ---- topics ----


def waiting_mail(topic="a", *, minutes=5):
    return enqueue("mail", {}, topic=topic, due_at=NOW + minutes * MINUTE, now=NOW)


def test_next_message_of_a_topic_hastens_those_that_wait(db):
    waits, other = waiting_mail(), waiting_mail("b")

    enqueue("mail", {}, topic="a", now=NOW + MINUTE)

    assert [OutboxMessage.objects.get(pk=each.pk).due_at for each in (waits, other)] == [
        NOW + MINUTE,
        NOW + 5 * MINUTE,
    ]


def test_withdraw_takes_back_what_waits_about_these_topics_alone(db):
    waiting_mail(), waiting_mail("b")

    assert withdraw(["a"])
    assert [message.topic for message in OutboxMessage.objects.all()] == ["b"]


@pytest.mark.parametrize(
    "state", [{"done_at": NOW, "attempts": 1}, {"attempts": 1}, {"gave_up_at": NOW, "attempts": 8}]
)
def test_withdraw_tells_when_something_may_have_left(db, state):
    waiting_mail()
    OutboxMessage.objects.filter(pk=waiting_mail().pk).update(**state)

    assert leaves_at(["a"]) is None
    assert not withdraw(["a"])


def test_withdraw_finds_nothing_where_messages_have_no_topic(db):
    enqueue("mail", {}, now=NOW)

    assert not withdraw([""])
    assert (OutboxMessage.objects.count(), leaves_at([""])) == (1, None)


def test_leaves_at_is_when_the_first_is_due(db):
    waiting_mail(minutes=9)
    waiting_mail("b", minutes=7)

    assert leaves_at(["a", "b"]) == NOW + 7 * MINUTE
