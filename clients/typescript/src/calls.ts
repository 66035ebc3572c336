/** What every call carries and how it ends: metadata, a deadline, a request id, patience, typed errors. */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { create, type DescMessage, type DescMethod, type MessageInitShape } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Transport } from "@connectrpc/connect";

import { errorOfCall } from "./call_errors.js";
import { Overloaded, type ServiceError, Unreachable } from "./errors.js";
import { ATTEMPTS, isRepeatable, pauseAfter } from "./policy.js";

/** What the calls of one client have in common. */
export interface CallDefaults {
  /** Where the service is called, for errors. */
  readonly address: string;
  /** Sent with every call that does not bring its own under the same key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds for a unary call that does not state its own, all attempts together. */
  readonly timeoutMs: number;
}

/** A transport that stands between the generated clients and the connection. Its calls throw `ServiceError`. */
export function patientTransport(connection: Transport, defaults: CallDefaults): Transport {
  const { address, metadata } = defaults;
  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      const deadline = performance.now() + (timeoutMs ?? defaults.timeoutMs);
      const headers = withMetadata(header, metadata);
      const request = withRequestId(method.input, input);
      for (let attempt = 1; ; attempt++) {
        const leftMs = Math.max(Math.ceil(deadline - performance.now()), 1);
        try {
          return await connection.unary(method, signal, leftMs, headers, request, contextValues);
        } catch (reason) {
          const error = errorOfCall(reason, address, signal);
          const pause = pauseBeforeNext(method, error, attempt);
          if (pause === undefined || performance.now() + pause >= deadline) throw error;
          await sleep(pause, undefined, signal && { signal }).catch((given: unknown) => {
            throw errorOfCall(given, address, signal);
          });
        }
      }
    },

    async stream(method, signal, timeoutMs, header, input, contextValues) {
      const headers = withMetadata(header, metadata);
      try {
        const response = await connection.stream(method, signal, timeoutMs, headers, input, contextValues);
        return { ...response, message: told(response.message, (reason) => errorOfCall(reason, address, signal)) };
      } catch (reason) {
        throw errorOfCall(reason, address, signal);
      }
    },
  };
}

async function* told<T>(answers: AsyncIterable<T>, errorOf: (reason: unknown) => ServiceError): AsyncGenerator<T> {
  try {
    yield* answers;
  } catch (reason) {
    throw errorOf(reason);
  }
}

function withMetadata(header: HeadersInit | undefined, metadata: CallDefaults["metadata"]): Headers {
  const headers = new Headers(header);
  for (const [key, value] of Object.entries(metadata)) {
    if (!headers.has(key)) headers.set(key, value);
  }
  return headers;
}

/** A write with a UUID, so that it may be repeated; another request, or one that has its own, as it is. */
function withRequestId<I extends DescMessage>(schema: I, input: MessageInitShape<I>): MessageInitShape<I> {
  const field = schema.fields.find(({ name }) => name === "request_id");
  if (field?.fieldKind !== "scalar") return input;
  const given = reflect(schema, create(schema, input));
  if (given.get(field)) return input;
  // The caller's request stays as it is: a message would be passed on by `create` and not copied.
  const named = create(schema, { ...given.message, [field.localName]: randomUUID() } as MessageInitShape<I>);
  return named as MessageInitShape<I>;
}

/** Milliseconds before the attempt after that one; undefined when there is to be none. */
function pauseBeforeNext(method: DescMethod, error: ServiceError, attempt: number): number | undefined {
  if (attempt >= ATTEMPTS) return undefined;
  if (error instanceof Overloaded) return error.retryAfterMs;
  return error instanceof Unreachable && isRepeatable(method) ? pauseAfter(attempt, Math.random()) : undefined;
}
