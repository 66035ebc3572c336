/** How errors are told to the harness. */

import { toJson } from "@bufbuild/protobuf";
import { Code, errorOfStatus, PlainTextRefused, ServiceError } from "@ftf-resolution/client";
import { DecisionSchema, type ResolveRecordsResult } from "@ftf-resolution/client/contract";

/** What a handler throws when it is told to fail. */
export class HandlerFailed extends Error {
  override readonly name: string = "HandlerFailed";
}

/** What became of one record of a stream. */
export function resultJson({ result }: ResolveRecordsResult): object {
  if (result.case === "error") return { error: errorJson(errorOfStatus(result.value)) };
  return result.case === "decision" ? { decision: toJson(DecisionSchema, result.value) } : {};
}

/** An error as the harness wants it; one that is none of the client's is thrown on. */
export function errorJson(error: unknown): object {
  if (!(error instanceof ServiceError || error instanceof PlainTextRefused || error instanceof HandlerFailed)) throw error;
  const type = error.name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
  if (!(error instanceof ServiceError)) {
    return { type, code: "", reason: "", message: error.message, violations: [], retry_after: null };
  }
  const { reason, sentence: message, violations, retryAfterMs } = error;
  const retry_after = retryAfterMs === undefined ? null : retryAfterMs / 1000;
  return { type, code: Code[error.code], reason, message, violations, retry_after };
}
