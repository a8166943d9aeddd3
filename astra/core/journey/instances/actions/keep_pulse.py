"""Keeps what a bot tells of itself: answer times, log lines, sign-ins."""

import datetime
import uuid

from django.db import connection

from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.models import Instance, RuntimeReport
from astra.core.journey.instances.real_clock import real_instant
from astra.protocol.messages import Pulse

SAMPLE_MINUTES = 5
LINES_KEPT = 120
ADD = """
INSERT INTO instances_answer_sample (id, seller_id, instance_id, begins_at, answers, total_ms, worst_ms)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (seller_id, instance_id, begins_at) DO UPDATE SET
    answers = instances_answer_sample.answers + EXCLUDED.answers,
    total_ms = instances_answer_sample.total_ms + EXCLUDED.total_ms,
    worst_ms = greatest(instances_answer_sample.worst_ms, EXCLUDED.worst_ms)
"""


def keep_pulse(instance: Instance, pulse: Pulse, now: datetime.datetime) -> None:
    """Keeps a pulse in the caller's transaction. A bot that has nothing new to tell costs no write."""
    if pulse.answers:
        add_answers(instance.seller_id, instance.id, now, answers=pulse.answers, total_ms=pulse.total_ms, worst_ms=pulse.worst_ms)
    row = RuntimeReport.objects.filter(instance_id=instance.id).first()
    is_same_copy = row is not None and row.generation == instance.generation
    before = row.sign_ins if row is not None and is_same_copy else 0
    if row is not None and not pulse.lines and is_same_copy and pulse.sign_ins <= before and abs(pulse.latency_ms - row.latency_ms) < 50:
        return
    if row is None:
        row = RuntimeReport(seller_id=instance.seller_id, instance_id=instance.id)
    # A copy's first sign-in belongs to its start; those beyond it are its reconnects.
    row.extra_sign_ins += max(0, pulse.sign_ins - max(before, 1))
    row.generation, row.sign_ins, row.latency_ms = instance.generation, max(pulse.sign_ins, before), pulse.latency_ms
    row.lines = [*row.lines, *pulse.lines][-LINES_KEPT:]
    row.changed_at = now
    row.save()


def record_answers(*, seller_id: uuid.UUID, instance_id: uuid.UUID, answers: int, total_ms: int, worst_ms: int) -> None:
    """Adds answers of an instance without a process, which the core gave itself."""
    with acting_for(seller_id):
        add_answers(seller_id, instance_id, real_instant(), answers=answers, total_ms=total_ms, worst_ms=worst_ms)


def add_answers(
    seller_id: uuid.UUID, instance_id: uuid.UUID, now: datetime.datetime, *, answers: int, total_ms: int, worst_ms: int
) -> None:
    """Adds to the five minutes of ``now``, in the caller's transaction."""
    begins_at = now.replace(minute=now.minute - now.minute % SAMPLE_MINUTES, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(ADD, [new_id(), seller_id, instance_id, begins_at, answers, min(total_ms, 2**62), min(worst_ms, 2**31 - 1)])
