"""What stands in the way of making, applying or rolling back a plan, as the store is now. Changes nothing."""

from __future__ import annotations

from resolver.domain.errors import ErrorReason, NotFound, Refused
from resolver.domain.plan import PLANS, Plan, PlanState
from resolver.domain.vetted import require_approved
from resolver.engine import Engine


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
    return plan


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
    if (engine.model_name, engine.policy_name) != (plan.model, plan.policy):
        raise Refused(ErrorReason.PLAN_STATE, f"another plan was applied after {plan.name}: roll that back first")
    if plan.rollback_until is not None and engine.now() > plan.rollback_until:
        raise Refused(ErrorReason.ROLLBACK_EXPIRED, f"{plan.name} could be rolled back until {plan.rollback_until}")
    return plan
