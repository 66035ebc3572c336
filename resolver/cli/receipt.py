"""A decision as a reader wants it: what was done, who moved where, which links decided, what was left open."""

from __future__ import annotations

from collections.abc import Iterator

from ftf.resolution.v1.decision_pb2 import Decision, IdentityChange
from resolver.cli.marking_report import marking_lines, words_by_record
from resolver.cli.words import SUPPORT_ONLY, action_name, bits, kind_name, link_words, reason_words

_NAMED = 5
_SENTENCES = {
    "CREATED": "The record is new and stands alone in a new identity.",
    "ATTACHED": "The record joined an identity; nothing else changed.",
    "MERGED": "Two or more identities became one.",
    "SPLIT": "An identity came apart.",
    "REGROUPED": "Identities came apart and others became one.",
    "UNCHANGED": "No membership changed.",
    "WITHDRAWN": "The record was withdrawn and what remained of its identity stayed together.",
    "REVIEW_DUE": "The record must be reviewed, or expires, before long.",
    "PURGED": "The record expired and was purged, with all that was concluded from it.",
}
_ACTIONS = {
    "REPLACE_RECORD": "copies of an earlier version of the record are to be replaced",
    "PURGE_RECORD": "copies of the record are to be deleted",
    "SEPARATE_RECORDS": "conclusions from the records being one person are to be taken back",
}


def receipt_lines(decision: Decision) -> Iterator[str]:
    """The receipt, line by line."""
    kind = kind_name(decision.kind)
    yield f"{kind}: {_SENTENCES.get(kind, '')}"
    yield f"  record    {decision.record} (version {decision.record_version})"
    yield f"  identity  {decision.identity or 'none'}"
    for action in decision.required_actions:
        yield f"  to undo   {_ACTIONS.get(action_name(action), action_name(action))}"
    if not decision.name:
        yield "  nothing was stored"
    for change in decision.changes:
        yield f"  moved     {_change(change)}"
    for title, links in (("linked by", decision.deciding_links), ("broken", decision.broken_links)):
        yield from (f"  {title:<10}{link_words(link)}" for link in links)
    for near in decision.runner_up_identities:
        short = f"{near.margin:.2f} bits short" if near.margin >= 0 else "enough, but a rule refused"
        yield f"  near to   {near.identity}  {bits(near.match_weight)}, {short}"
    for title, tasks in (("to review", decision.review_tasks_raised), ("settled", decision.review_tasks_closed)):
        for task in tasks:
            pair = " and ".join(task.identities)
            yield f"  {title:<10}{pair}: {reason_words(task.reason)} ({bits(task.link.match_weight)})"
    yield from marking_lines(decision.record_markings)
    for finding in decision.data_quality_findings:
        yield f"  to mend   {finding.field}: {finding.text}"
    yield f"  by        {decision.model}, {decision.policy}; {SUPPORT_ONLY}"


def decision_line(decision: Decision) -> str:
    """A decision in one line, for the feed, with the marking of the record that it is about."""
    when = decision.commit_time.ToJsonString() if decision.HasField("commit_time") else "-"
    moved = sum(len(change.records) for change in decision.changes)
    review = f"  {len(decision.review_tasks_raised)} to review" if decision.review_tasks_raised else ""
    identity = decision.identity or "no identity"
    by = f"  by {', '.join(decision.verdicts)}" if decision.verdicts else ""
    actions = ", ".join(map(action_name, decision.required_actions))
    undo = f"  to undo: {actions}" if actions else ""
    words = words_by_record(decision.record_markings).get(decision.record, "")
    done = f"{decision.record} -> {identity}  {moved} moved{review}{by}{undo}"
    return f"{when}  {kind_name(decision.kind):<9}  {done}{words}"


def _change(change: IdentityChange) -> str:
    named = ", ".join(change.records[:_NAMED])
    more = f" and {len(change.records) - _NAMED} more" if len(change.records) > _NAMED else ""
    return f"{change.before or 'new'} -> {change.after or 'none'}: {named}{more}"
