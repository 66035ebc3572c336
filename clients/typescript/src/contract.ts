/** The messages, enumerations and services of the contract, as they are generated. */

export * from "./gen/ftf/resolution/v1/audit_service_pb.js";
export * from "./gen/ftf/resolution/v1/backup_service_pb.js";
export * from "./gen/ftf/resolution/v1/consumer_service_pb.js";
export * from "./gen/ftf/resolution/v1/data_quality_pb.js";
export * from "./gen/ftf/resolution/v1/decision_pb.js";
export * from "./gen/ftf/resolution/v1/decision_service_pb.js";
export * from "./gen/ftf/resolution/v1/error_reason_pb.js";
export * from "./gen/ftf/resolution/v1/explanation_service_pb.js";
export * from "./gen/ftf/resolution/v1/identity_service_pb.js";
export * from "./gen/ftf/resolution/v1/model_service_pb.js";
export * from "./gen/ftf/resolution/v1/operation_pb.js";
export * from "./gen/ftf/resolution/v1/record_pb.js";
export * from "./gen/ftf/resolution/v1/record_service_pb.js";
export * from "./gen/ftf/resolution/v1/reresolution_service_pb.js";
export * from "./gen/ftf/resolution/v1/resolution_service_pb.js";
export * from "./gen/ftf/resolution/v1/retention_pb.js";
export * from "./gen/ftf/resolution/v1/retention_service_pb.js";
export * from "./gen/ftf/resolution/v1/review_service_pb.js";
export * from "./gen/ftf/resolution/v1/verdict_service_pb.js";
