"""Decisions as rows: what is written comes back, and rows that are older than a part of a decision are without it."""

import json
from datetime import UTC, datetime

from resolver.domain.decision import Decision, DecisionKind
from resolver.domain.finding import DataQualityKind, Finding
from resolver.store.decision_rows import decision_from_text, decision_to_text

TIME = datetime(2026, 5, 6, tzinfo=UTC).replace(tzinfo=None)
FINDING = Finding(DataQualityKind.MIXED_SCRIPTS, "identities[0].names[1].full_name", "made up: U+0430")


def decision(*findings):
    return Decision(
        sequence=7,
        kind=DecisionKind.CREATED,
        record="sources/a/records/1",
        record_version=1,
        identity="identities/A",
        changes=(),
        deciding_links=(),
        broken_links=(),
        runner_ups=(),
        review_tasks_raised=(),
        review_tasks_closed=(),
        model="models/m",
        policy="policies/standard",
        commit_time=TIME,
        findings=findings,
    )


def test_a_decision_comes_back_with_its_findings():
    written = decision(FINDING, FINDING)
    assert decision_from_text(7, TIME, decision_to_text(written)) == written


def test_a_row_from_before_there_were_findings_has_none():
    text = decision_to_text(decision(FINDING))
    older = {key: value for key, value in json.loads(text).items() if key != "findings"}
    assert decision_from_text(7, TIME, json.dumps(older)) == decision()
    assert "findings" not in json.loads(decision_to_text(decision()))
