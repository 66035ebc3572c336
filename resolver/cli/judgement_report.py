"""Verdicts and review tasks as a reader wants them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ftf.resolution.v1.decision_pb2 import ReviewTask
from ftf.resolution.v1.verdict_service_pb2 import Verdict, VerdictReceipt
from resolver.cli.marking_report import marking_lines
from resolver.cli.output import message_json, print_json
from resolver.cli.receipt import receipt_lines
from resolver.cli.words import (
    bits,
    justification_name,
    link_words,
    reason_name,
    reason_words,
    second_person_words,
    verdict_line,
)


def print_ruled(receipt: VerdictReceipt, *, as_json: bool) -> None:
    """What came of a judgement: its verdicts, and the decision unless they wait for a second person."""
    if as_json:
        print_json(message_json(receipt))
        return
    for verdict in receipt.verdicts:
        for line in verdict_lines(verdict):
            click.echo(line)
    if not receipt.HasField("decision"):
        click.echo("Nothing is decided until a second person confirms.")
        return
    for line in receipt_lines(receipt.decision):
        click.echo(line)


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """A verdict, line by line."""
    yield verdict_line(verdict)
    yield f"  given     {verdict.create_time.ToJsonString()} by {verdict.examiner}: {verdict.reason}"
    yield f"  lawful    {justification_name(verdict.justification)}"
    if verdict.second_person_reasons:
        why = "; ".join(map(second_person_words, verdict.second_person_reasons))
        yield f"  second    {verdict.confirmed_by or 'awaited'}: {why}"
    if verdict.withdrawn_by:
        yield (
            f"  withdrawn {verdict.update_time.ToJsonString()} by {verdict.withdrawn_by}: {verdict.withdrawal_reason}"
        )
    yield from marking_lines(verdict.record_markings)
    yield f"  etag      {verdict.etag}"


def task_line(task: ReviewTask) -> str:
    """A task in one line, for lists."""
    due = task.due_time.ToJsonString()[:10]
    claim = f"  claimed by {task.claim.examiner}" if task.HasField("claim") else ""
    reason = reason_name(task.reason)
    return f"{task.priority:7.1f}  {task.name:<24}  due {due}  {reason:<21}  {link_words(task.link)}{claim}"


def task_lines(task: ReviewTask) -> Iterator[str]:
    """A task, line by line."""
    yield f"{task.name}: {reason_words(task.reason)} ({reason_name(task.reason)})"
    yield f"  between   {' and '.join(task.identities)}"
    yield f"  link      {task.link.left} - {task.link.right}  {bits(task.link.match_weight)}"
    yield f"  raised    {task.raise_time.ToJsonString()}, due {task.due_time.ToJsonString()}"
    yield f"  worth     {task.priority:.1f} points"
    if task.HasField("claim"):
        yield f"  claimed   by {task.claim.examiner} until {task.claim.expire_time.ToJsonString()}"
    if task.pending_verdicts:
        yield f"  waits for a second person on {', '.join(task.pending_verdicts)}"
    yield from marking_lines(task.record_markings)
    yield f"  etag      {task.etag}"
