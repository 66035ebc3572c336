"""A store keeps the policy that a plan has set, and reads one that an earlier version wrote."""

import json

import pytest

from resolver.identity.policy import STANDARD, STRICT, Bridge, for_holding, with_thresholds
from resolver.store.configuration import policy_from_text, policy_to_text


@pytest.mark.parametrize("policy", [STANDARD, for_holding(STRICT, 450_000), with_thresholds(STANDARD, 4.0, -5.0)])
def test_a_policy_is_read_as_it_was_written(policy):
    assert policy_from_text(policy_to_text(policy)) == policy


def test_a_policy_of_one_bridge_weight_means_what_it_did():
    written = json.loads(policy_to_text(STANDARD))
    for name in ("support_weight", "bridges", "outweighing"):
        del written[name]
    found = policy_from_text(json.dumps(written | {"bridge_weight": 14.0, "bridge_support": 0.5}))
    assert (found.support_weight, found.outweighing) == (STANDARD.review_weight, 14.0)
    assert found.bridges == (Bridge(below=14.0, support=0.5),)
    assert (found.support_needed(13.9), found.support_needed(14.0)) == (0.5, 0.0)


def test_all_weights_of_a_policy_rise_with_the_holding():
    larger = for_holding(STANDARD, 80_000)
    assert larger.support_weight == STANDARD.support_weight + 2
    assert larger.outweighing == STANDARD.outweighing + 2
    assert [(each.below, each.support) for each in larger.bridges] == [
        (each.below + 2, each.support) for each in STANDARD.bridges
    ]
    assert larger.firm_weight == STANDARD.firm_weight + 2
