/**
 * What a call fails with.
 *
 * ```text
 * ServiceError            the service, or the way to it; has status code, reason, fields and when to come again
 *   InvalidInput          the request is wrong in the fields named
 *   NotFound              there is no such thing
 *   AlreadyExists         it is there already
 *   Conflict              not in the version that was expected: read again, then decide
 *   Refused               does not fit what is there
 *   Overloaded            the service has too much to do, or was asked for too much
 *   Unreachable           nobody answers: absent, stopping, cut off, a wrong certificate, plain text against TLS
 *   DeadlineExceeded      the answer did not come in time; whether it was done is not known
 *   Unauthenticated       the certificate does not say who calls
 *   PermissionDenied      the caller may not
 *   Unsupported           the server is older than this client and does not know the method
 *   Cancelled             given up by the caller
 *   Internal              a fault of the service, or an answer that breaks the contract
 * PlainTextRefused        plain text to another machine; nothing was sent
 * ```
 */

import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";

import { Code } from "./gen/google/rpc/code_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import type { Status } from "./gen/google/rpc/status_pb.js";

export { Code };

/** A wrong field: its path, as `record.identities[0].births[0].earliest`, the reason, and a sentence. */
export interface FieldViolation {
  readonly field: string;
  readonly reason: string;
  readonly description: string;
}

/** Plain text would leave this machine; certificates are needed. */
export class PlainTextRefused extends Error {
  override readonly name: string = "PlainTextRefused";
}

/** A call failed. */
export class ServiceError extends Error {
  /** gRPC's status code; `Code[error.code]` is its name. */
  readonly code: Code;
  /**
   * The name of an `ErrorReason` of the contract without its prefix, as it was sent; a newer service may have reasons
   * that this client does not know. Empty when the error is not the service's own.
   */
  readonly reason: string;
  /** A sentence without personal data. */
  readonly sentence: string;
  /** The wrong fields. */
  readonly violations: readonly FieldViolation[];
  /** Milliseconds after which the service asks to try again; undefined when it does not. */
  readonly retryAfterMs: number | undefined;
  /** Where the service was called; empty for a result within a stream. */
  readonly address: string;
  /** All that was sent, for details that are not here. */
  readonly status: Status;

  constructor(status: Status, address = "", options?: ErrorOptions) {
    const code = status.code in Code ? (status.code as Code) : Code.UNKNOWN;
    const reason = detail(status, ErrorInfoSchema)?.reason ?? "";
    super(`${Code[code]}${reason && ` (${reason})`}: ${status.message}`, options);
    this.name = new.target.name;
    this.code = code;
    this.reason = reason;
    this.sentence = status.message;
    this.violations = (detail(status, BadRequestSchema)?.fieldViolations ?? []).map(
      ({ field, reason, description }) => ({ field, reason, description }),
    );
    const delay = detail(status, RetryInfoSchema)?.retryDelay;
    this.retryAfterMs = delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
    this.address = address;
    this.status = status;
  }

  /** Whether the same may succeed later: the service is away, slow, or full and says when to come again. */
  get passes(): boolean {
    return false;
  }
}

/** The request is wrong in the fields named; nothing was stored. */
export class InvalidInput extends ServiceError {}

/** There is no such thing. */
export class NotFound extends ServiceError {}

/** It is there already. */
export class AlreadyExists extends ServiceError {}

/** The resource is not in the version that was expected. */
export class Conflict extends ServiceError {}

/** What is asked for does not fit what is there; nothing was stored. */
export class Refused extends ServiceError {}

/** The service has too much to do, or was asked for too much; nothing was stored. */
export class Overloaded extends ServiceError {
  override get passes(): boolean {
    return this.retryAfterMs !== undefined;
  }
}

/** Nobody answers. A wrong certificate looks like an absent service: TLS tells a client no more. */
export class Unreachable extends ServiceError {
  override get passes(): boolean {
    return true;
  }
}

/** The answer did not come in time; whether it was done is not known. */
export class DeadlineExceeded extends ServiceError {
  override get passes(): boolean {
    return true;
  }
}

/** The certificate does not say who calls. */
export class Unauthenticated extends ServiceError {}

/** The caller may not. */
export class PermissionDenied extends ServiceError {}

/** The server is older than this client and does not know the method. */
export class Unsupported extends ServiceError {}

/** The caller gave up. */
export class Cancelled extends ServiceError {}

/** A fault of the service, or an answer that breaks the contract. */
export class Internal extends ServiceError {}

const TYPES: ReadonlyMap<number, typeof ServiceError> = new Map<number, typeof ServiceError>([
  [Code.INVALID_ARGUMENT, InvalidInput],
  [Code.OUT_OF_RANGE, InvalidInput],
  [Code.NOT_FOUND, NotFound],
  [Code.ALREADY_EXISTS, AlreadyExists],
  [Code.ABORTED, Conflict],
  [Code.FAILED_PRECONDITION, Refused],
  [Code.RESOURCE_EXHAUSTED, Overloaded],
  [Code.UNAVAILABLE, Unreachable],
  [Code.DEADLINE_EXCEEDED, DeadlineExceeded],
  [Code.UNAUTHENTICATED, Unauthenticated],
  [Code.PERMISSION_DENIED, PermissionDenied],
  [Code.UNIMPLEMENTED, Unsupported],
  [Code.CANCELLED, Cancelled],
]);

/** The typed error of a `google.rpc.Status`, as in the results of a stream; a code that is none becomes UNKNOWN. */
export function errorOfStatus(status: Status, address = "", options?: ErrorOptions): ServiceError {
  return new (TYPES.get(status.code) ?? Internal)(status, address, options);
}

function detail<Desc extends DescMessage>(status: Status, schema: Desc): MessageShape<Desc> | undefined {
  for (const packed of status.details) {
    const found = anyUnpack(packed, schema);
    if (found) return found;
  }
  return undefined;
}
