// From clients/service_config.json.
export const serviceConfig = {
  "methodConfig": [
    {
      "name": [
        {"service": "ftf.resolution.v1.AuditService", "method": "ListAuditEntries"},
        {"service": "ftf.resolution.v1.AuditService", "method": "VerifyAudit"},
        {"service": "ftf.resolution.v1.ConsumerService", "method": "CreateConsumer"},
        {"service": "ftf.resolution.v1.ConsumerService", "method": "GetConsumer"},
        {"service": "ftf.resolution.v1.ConsumerService", "method": "ListConsumers"},
        {"service": "ftf.resolution.v1.ConsumerService", "method": "ListOutstandingDecisions"},
        {"service": "ftf.resolution.v1.ConsumerService", "method": "ListAcknowledgements"},
        {"service": "ftf.resolution.v1.DecisionService", "method": "ListDecisions"},
        {"service": "ftf.resolution.v1.DecisionService", "method": "AcknowledgeDecisions"},
        {"service": "ftf.resolution.v1.ExplanationService", "method": "ExplainPair"},
        {"service": "ftf.resolution.v1.ExplanationService", "method": "ExplainIdentity"},
        {"service": "ftf.resolution.v1.IdentityService", "method": "GetIdentity"},
        {"service": "ftf.resolution.v1.IdentityService", "method": "LookupIdentity"},
        {"service": "ftf.resolution.v1.IdentityService", "method": "ListIdentities"},
        {"service": "ftf.resolution.v1.IdentityService", "method": "GetIdentityHistory"},
        {"service": "ftf.resolution.v1.IdentityService", "method": "GetGoldenView"},
        {"service": "ftf.resolution.v1.ModelService", "method": "ListModels"},
        {"service": "ftf.resolution.v1.ModelService", "method": "GetModel"},
        {"service": "ftf.resolution.v1.ModelService", "method": "TrainModel"},
        {"service": "ftf.resolution.v1.ModelService", "method": "EvaluateModel"},
        {"service": "ftf.resolution.v1.ModelService", "method": "ApproveModel"},
        {"service": "ftf.resolution.v1.RecordService", "method": "GetRecord"},
        {"service": "ftf.resolution.v1.RecordService", "method": "ListRecords"},
        {"service": "ftf.resolution.v1.RecordService", "method": "ListRecordVersions"},
        {"service": "ftf.resolution.v1.ReresolutionService", "method": "PlanReresolution"},
        {"service": "ftf.resolution.v1.ReresolutionService", "method": "GetPlan"},
        {"service": "ftf.resolution.v1.ReresolutionService", "method": "ListPlans"},
        {"service": "ftf.resolution.v1.ReresolutionService", "method": "ListPlanChanges"},
        {"service": "ftf.resolution.v1.ReresolutionService", "method": "ApplyPlan"},
        {"service": "ftf.resolution.v1.ReresolutionService", "method": "RollbackPlan"},
        {"service": "ftf.resolution.v1.ReresolutionService", "method": "ListStagedSources"},
        {"service": "ftf.resolution.v1.ResolutionService", "method": "ResolveRecord"},
        {"service": "ftf.resolution.v1.ResolutionService", "method": "BatchResolveRecords"},
        {"service": "ftf.resolution.v1.ResolutionService", "method": "WithdrawRecord"},
        {"service": "ftf.resolution.v1.RetentionService", "method": "ListDueRecords"},
        {"service": "ftf.resolution.v1.RetentionService", "method": "ExtendRetention"},
        {"service": "ftf.resolution.v1.ReviewService", "method": "ListReviewTasks"},
        {"service": "ftf.resolution.v1.ReviewService", "method": "GetReviewTask"},
        {"service": "ftf.resolution.v1.ReviewService", "method": "ClaimReviewTask"},
        {"service": "ftf.resolution.v1.ReviewService", "method": "ResolveReviewTask"},
        {"service": "ftf.resolution.v1.VerdictService", "method": "CreateVerdict"},
        {"service": "ftf.resolution.v1.VerdictService", "method": "ConfirmVerdict"},
        {"service": "ftf.resolution.v1.VerdictService", "method": "WithdrawVerdict"},
        {"service": "ftf.resolution.v1.VerdictService", "method": "GetVerdict"},
        {"service": "ftf.resolution.v1.VerdictService", "method": "ListVerdicts"},
        {"service": "ftf.resolution.v1.VerdictService", "method": "MergeIdentities"},
        {"service": "ftf.resolution.v1.VerdictService", "method": "SplitIdentity"}
      ],
      "retryPolicy": {
        "maxAttempts": 4,
        "initialBackoff": "0.1s",
        "maxBackoff": "2s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"]
      }
    }
  ]
} as const;
