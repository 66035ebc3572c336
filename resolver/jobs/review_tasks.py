"""The review tasks of a whole holding: of what lies between two identities alone, pairs and facts become objects."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from resolver.identity.identities import NOBODY, Identities
from resolver.identity.neighbourhood import Task
from resolver.identity.pairs import Pairs
from resolver.identity.policy import Policy
from resolver.identity.replanning import TaskKey, tasks_between
from resolver.identity.verdicts import Ruling
from resolver.store.facts_table import FactsTable


def review_tasks(
    identities: Identities, facts: FactsTable, pairs: Pairs, said: Collection[Ruling], policy: Policy
) -> dict[TaskKey, Task]:
    """The tasks that are open between all identities; verdicts on records that are not there say nothing."""
    one, other = identities.at(pairs.left), identities.at(pairs.right)
    crossing = one != other
    between, one, other = pairs.where(crossing), one[crossing], other[crossing]
    # A rule that refuses a merging pair looks at all records of both identities.
    merging = between.merging(policy)
    whole = np.isin(identities.identity, np.concatenate([one[merging], other[merging]]))
    judged = np.array([end for ruling in said for end in ruling.pair], np.int64)
    ends = np.concatenate([between.left, between.right, judged])
    read = whole | np.isin(identities.records, ends)
    present = [ruling for ruling in said if (identities.at(ruling.pair) != NOBODY).all()]
    return tasks_between(identities.where(read), facts.facts(identities.records[read]), between, present, policy)
