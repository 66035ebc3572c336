"""What stands in the way of making, applying or rolling back a plan, as the store is now. Changes nothing."""

from __future__ import annotations

from resolver.domain.errors import ErrorReason, NotFound, Refused
from resolver.domain.plan import PLANS, Plan, PlanState
from resolver.domain.staged import STAGED_SOURCES, StagedSource
from resolver.domain.vetted import require_approved
from resolver.engine.engine import Engine


def plan_of(engine: Engine, number: int) -> Plan:
    """The plan of a number. Raises NotFound."""
    plan = engine.reader.plans.plan(number)
    if plan is None:
        raise NotFound(ErrorReason.PLAN_NOT_FOUND, f"plan {PLANS}{number} does not exist")
    return plan


def refuse_other(engine: Engine, number: int = 0) -> None:
    """Raises Refused with PLAN_UNDER_WAY where another plan than that of a number is being applied or rolled back."""
    under_way = engine.reader.plans.under_way()
    if under_way is not None and under_way.number != number:
        raise Refused(ErrorReason.PLAN_UNDER_WAY, f"{under_way.name} is {under_way.state.name}")


def applicable(engine: Engine, number: int) -> Plan:
    """A plan that may be applied, or gone on with.

    Raises:
        NotFound: there is no such plan.
        Refused: another one is under way, it cannot be applied in its state, or too few people approve of its model.
    """
    plan = plan_of(engine, number)
    refuse_other(engine, number)
    if plan.state not in (PlanState.PLANNED, PlanState.APPLYING):
        raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}, and cannot be applied")
    if plan.model != engine.model_name:
        approvals = engine.reader.vetted.approvals(engine.model_digest(plan.model))
        require_approved(plan.model, approvals, engine.policy.model_approvals)
    if plan.source and plan.state is PlanState.PLANNED and not _waiting(engine, plan.source):
        words = f"nothing waits in {STAGED_SOURCES}{plan.source}, which {plan.name} would bring in"
        raise Refused(ErrorReason.STAGED_SOURCE_GONE, words)
    return plan


def staged_source(engine: Engine, number: int) -> StagedSource:
    """The staged source of a number of which something is left. Raises NotFound."""
    source = engine.reader.staged.source(number)
    if source is None:
        raise NotFound(ErrorReason.STAGED_SOURCE_NOT_FOUND, f"{STAGED_SOURCES}{number} does not exist")
    return source


def plannable(engine: Engine, number: int) -> None:
    """Raises unless a staged source may be planned: NotFound, or Refused where another plan is under way."""
    refuse_other(engine)
    source = staged_source(engine, number)
    if not (source.whole and source.waiting):
        words = "nothing waits in it" if source.whole else "it is not whole"
        raise Refused(ErrorReason.STAGED_SOURCE_GONE, f"{source.name} cannot be planned: {words}")


def revertible(engine: Engine, number: int) -> Plan:
    """A plan that may be rolled back, or gone on with that.

    Raises:
        NotFound: there is no such plan.
        Refused: another one is under way, or it is not what is in force, or is so for too long.
    """
    plan = plan_of(engine, number)
    refuse_other(engine, number)
    if plan.state is PlanState.ROLLING_BACK:
        return plan
    half_applied = plan.state is PlanState.APPLYING and plan.switched
    if plan.state is not PlanState.APPLIED and not half_applied:
        raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}, and cannot be rolled back")
    if not plan.source and (engine.model_name, engine.policy_name) != (plan.model, plan.policy):
        raise Refused(ErrorReason.PLAN_STATE, f"another plan was applied after {plan.name}: roll that back first")
    if plan.rollback_until is not None and engine.now() > plan.rollback_until:
        raise Refused(ErrorReason.ROLLBACK_EXPIRED, f"{plan.name} could be rolled back until {plan.rollback_until}")
    return plan


def _waiting(engine: Engine, number: int) -> int:
    source = engine.reader.staged.source(number)
    return 0 if source is None else source.waiting
