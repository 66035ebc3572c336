/**
 * The client of the resolution service: what makes the right thing easy around the generated code, which is in
 * `@ftf-resolution/client/contract`.
 *
 * ```ts
 * const client = connect("resolver.example:443", { tls, purpose: "identify", caseReference: "case 7" });
 * const decision = await client.resolution.resolveRecord({ record });
 * ```
 */

export { type Batch, batched, type BatchOptions } from "./batches.js";
export { Client, connect, type ConnectOptions, type Tls } from "./client.js";
export { BatchTooLarge } from "./credit.js";
export { type CursorStore, type SqliteConnection, SqliteCursors } from "./cursors.js";
export {
  AlreadyExists,
  Cancelled,
  Code,
  Conflict,
  DeadlineExceeded,
  errorOfStatus,
  type FieldViolation,
  Internal,
  InvalidInput,
  NotFound,
  Overloaded,
  PermissionDenied,
  PlainTextRefused,
  Refused,
  ServiceError,
  Unauthenticated,
  Unreachable,
  Unsupported,
} from "./errors.js";
export { FeedFollower, type FollowOptions, type Handler } from "./follower.js";
export { pages } from "./pages.js";
export type { Persistence } from "./persistence.js";
export { type Acknowledged, RecordSender } from "./sender.js";
