/** Tells what the transport fails with in the types of this client. */

import { create } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";

import { errorOfStatus, type ServiceError } from "./errors.js";
import { Code } from "./gen/google/rpc/code_pb.js";
import { StatusSchema } from "./gen/google/rpc/status_pb.js";

/** What connect-node says of an answer that stops in the middle, or never comes, because the connection broke. */
const BROKEN = /missing status|missing output message|incomplete envelope|promised \d+ bytes|stream closed|sentinel completed/;

/** The typed error of a call that failed. `signal` is the caller's own. */
export function errorOfCall(reason: unknown, address: string, signal?: AbortSignal): ServiceError {
  const error = ConnectError.from(reason);
  const code = codeOf(error, signal);
  const details = error.details.flatMap((detail) =>
    "desc" in detail ? [] : [{ typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value }],
  );
  const status = create(StatusSchema, { code, message: error.rawMessage || "no details", details });
  return errorOfStatus(status, address, { cause: reason });
}

function codeOf(error: ConnectError, signal: AbortSignal | undefined): number {
  // The numbers of the codes are the same in Connect and gRPC.
  if (error.metadata.has("grpc-status")) return error.code;
  if (signal?.aborted) return Code.CANCELLED;
  if (Number(error.code) === Code.DEADLINE_EXCEEDED) return error.code;
  // Without a status of the service, connect-node has many codes for a connection that failed; gRPC has one.
  return isSystemError(error.cause) || BROKEN.test(error.rawMessage) ? Code.UNAVAILABLE : error.code;
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string";
}
