"""Sparring work as tasks: at once by default, in a worker with TASKS=database."""

from django.utils import timezone
from django_tasks import task

from sparring.models import SparringRound
from sparring.services.planning import WEEKS_AHEAD, plan_sparring
from sparring.services.repairs import repair_round
from sparring.services.silence import pause_silent
from sparring.timetable import local_day


@task()
def plan_coming_weeks() -> int:
    """How many slots have a round after it. Those who were silent for long are left in peace first."""
    now = timezone.now()
    pause_silent(now=now)
    return len(plan_sparring(first=local_day(now), weeks=WEEKS_AHEAD, now=now))


@task()
def find_new_partners(round_id: int) -> int:
    """How many who lost their partners in a published round have got somebody else."""
    return len(repair_round(round=SparringRound.objects.get(pk=round_id), now=timezone.now()))
