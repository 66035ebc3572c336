"""What pairs and verdicts make of a holding, and what that changes.

It is work on columns in Python that touches no store, so that a process beside can do it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from resolver.identity.identities import Identities
from resolver.identity.neighbourhood import Task
from resolver.identity.pairs import Pairs
from resolver.identity.policy import Policy
from resolver.identity.replanning import Difference, TaskKey, difference
from resolver.identity.verdicts import Ruling, rulings
from resolver.jobs.review_tasks import review_tasks
from resolver.jobs.uniting import united
from resolver.store.facts_table import FactsTable


@dataclass(frozen=True, slots=True)
class Present:
    """What is there: identities, verdicts on its records, and open review tasks."""

    identities: Identities
    said: Collection[Ruling]
    tasks: Mapping[TaskKey, Task]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who would be who, and how that differs from what is there."""

    identities: Identities
    difference: Difference


def outcome_of(
    facts: FactsTable, pairs: Pairs, present: Present, policy: Policy, progress: Callable[[str], None]
) -> Outcome:
    """The outcome of all pairs that count, each once; what `progress` raises breaks it off."""
    after = united(facts, pairs, policy, rulings(present.said), progress)
    progress("comparing with what is there")
    tasks = review_tasks(after, facts, pairs, present.said, policy)
    return Outcome(after, difference(present.identities, after, present.tasks, tasks))
