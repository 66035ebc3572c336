"""Which role a method needs: a row for every method of the contract. One without a row is refused to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from resolver.access.roles import Role

_V1: Final = "ftf.resolution.v1"
_OPERATIONS: Final = "google.longrunning.Operations"


@dataclass(frozen=True, slots=True)
class Needed:
    """The roles any one of which is enough; `dry_run` are further ones, for a request with `validate_only` alone."""

    roles: frozenset[Role]
    dry_run: frozenset[Role] = frozenset()

    def roles_for(self, *, dry_run: bool) -> frozenset[Role]:
        """The roles that are enough for one call."""
        return self.roles | self.dry_run if dry_run else self.roles


def _needs(*roles: Role) -> Needed:
    return Needed(frozenset(roles))


_SENDING: Final = Needed(frozenset({Role.CONTRIBUTOR}), frozenset({Role.SCREENER}))
_CHANGING: Final = _needs(Role.CONTRIBUTOR)
_READING: Final = _needs(Role.READER, Role.REVIEWER, Role.SUPERVISOR)
_FOLLOWING: Final = _needs(Role.READER)
_OVERSEEING: Final = _needs(Role.READER, Role.SUPERVISOR)
_TENDING: Final = _needs(Role.READER, Role.SUPERVISOR, Role.OPERATOR)
_REVIEWING: Final = _needs(Role.REVIEWER)
_SEEING_TASKS: Final = _needs(Role.REVIEWER, Role.SUPERVISOR)

_SEEING_MODELS: Final = _needs(Role.READER, Role.REVIEWER, Role.SUPERVISOR, Role.OPERATOR)
_SEEING_PLANS: Final = _needs(Role.SUPERVISOR, Role.OPERATOR)
_ASKING: Final = _needs(Role.CONTRIBUTOR, Role.READER, Role.REVIEWER, Role.SUPERVISOR, Role.OPERATOR)
_ENDING: Final = _needs(Role.CONTRIBUTOR, Role.REVIEWER, Role.OPERATOR)

METHODS: Final[Mapping[str, Needed]] = {
    f"{_V1}.ResolutionService/ResolveRecord": _SENDING,
    f"{_V1}.ResolutionService/BatchResolveRecords": _SENDING,
    f"{_V1}.ResolutionService/ResolveRecords": _CHANGING,
    f"{_V1}.ResolutionService/WithdrawRecord": _CHANGING,
    f"{_V1}.RecordService/GetRecord": _READING,
    f"{_V1}.RecordService/ListRecords": _READING,
    f"{_V1}.RecordService/ListRecordVersions": _READING,
    f"{_V1}.IdentityService/GetIdentity": _READING,
    f"{_V1}.IdentityService/LookupIdentity": _READING,
    f"{_V1}.IdentityService/ListIdentities": _READING,
    f"{_V1}.IdentityService/GetIdentityHistory": _READING,
    f"{_V1}.IdentityService/GetGoldenView": _READING,
    f"{_V1}.ExplanationService/ExplainPair": _READING,
    f"{_V1}.ExplanationService/ExplainIdentity": _READING,
    f"{_V1}.VerdictService/CreateVerdict": _REVIEWING,
    f"{_V1}.VerdictService/ConfirmVerdict": _REVIEWING,
    f"{_V1}.VerdictService/WithdrawVerdict": _REVIEWING,
    f"{_V1}.VerdictService/MergeIdentities": _REVIEWING,
    f"{_V1}.VerdictService/SplitIdentity": _REVIEWING,
    f"{_V1}.VerdictService/GetVerdict": _READING,
    f"{_V1}.VerdictService/ListVerdicts": _READING,
    f"{_V1}.ReviewService/ListReviewTasks": _SEEING_TASKS,
    f"{_V1}.ReviewService/GetReviewTask": _SEEING_TASKS,
    f"{_V1}.ReviewService/ClaimReviewTask": _REVIEWING,
    f"{_V1}.ReviewService/ResolveReviewTask": _REVIEWING,
    f"{_V1}.DecisionService/WatchDecisions": _OVERSEEING,
    f"{_V1}.DecisionService/ListDecisions": _OVERSEEING,
    f"{_V1}.DecisionService/AcknowledgeDecisions": _FOLLOWING,
    f"{_V1}.ConsumerService/CreateConsumer": _FOLLOWING,
    f"{_V1}.ConsumerService/GetConsumer": _TENDING,
    f"{_V1}.ConsumerService/ListConsumers": _TENDING,
    f"{_V1}.ConsumerService/DeleteConsumer": _FOLLOWING,
    f"{_V1}.ConsumerService/ListOutstandingDecisions": _OVERSEEING,
    f"{_V1}.ConsumerService/ListAcknowledgements": _OVERSEEING,
    f"{_V1}.BackupService/CreateBackup": _needs(Role.OPERATOR),
    f"{_V1}.RetentionService/ListDueRecords": _needs(Role.CONTRIBUTOR, Role.READER, Role.SUPERVISOR),
    f"{_V1}.RetentionService/ExtendRetention": _CHANGING,
    f"{_V1}.AuditService/ListAuditEntries": _needs(Role.SUPERVISOR),
    f"{_V1}.AuditService/VerifyAudit": _needs(Role.SUPERVISOR, Role.OPERATOR),
    f"{_V1}.ModelService/ListModels": _SEEING_MODELS,
    f"{_V1}.ModelService/GetModel": _SEEING_MODELS,
    f"{_V1}.ModelService/TrainModel": _needs(Role.OPERATOR),
    f"{_V1}.ModelService/EvaluateModel": _needs(Role.OPERATOR),
    f"{_V1}.ModelService/ApproveModel": _REVIEWING,
    f"{_V1}.ReresolutionService/PlanReresolution": _needs(Role.OPERATOR),
    f"{_V1}.ReresolutionService/GetPlan": _SEEING_PLANS,
    f"{_V1}.ReresolutionService/ListPlans": _SEEING_PLANS,
    f"{_V1}.ReresolutionService/ListPlanChanges": _SEEING_PLANS,
    f"{_V1}.ReresolutionService/ApplyPlan": _needs(Role.OPERATOR),
    f"{_V1}.ReresolutionService/RollbackPlan": _needs(Role.OPERATOR),
    f"{_V1}.ReresolutionService/StageRecords": _CHANGING,
    f"{_V1}.ReresolutionService/ListStagedSources": _SEEING_PLANS,
    f"{_V1}.ReresolutionService/DropStagedSource": _needs(Role.OPERATOR),
    f"{_OPERATIONS}/ListOperations": _ASKING,
    f"{_OPERATIONS}/GetOperation": _ASKING,
    f"{_OPERATIONS}/WaitOperation": _ASKING,
    f"{_OPERATIONS}/CancelOperation": _ENDING,
    f"{_OPERATIONS}/DeleteOperation": _ENDING,
}
