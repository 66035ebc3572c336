/** Follows the feed over as many calls as it takes, and hands each decision to a handler exactly once. */

import type { MessageInitShape } from "@bufbuild/protobuf";

import type { Client } from "./client.js";
import type { CursorStore } from "./cursors.js";
import { Cancelled, ServiceError } from "./errors.js";
import type { Decision } from "./gen/ftf/resolution/v1/decision_pb.js";
import type { WatchDecisionsRequestSchema } from "./gen/ftf/resolution/v1/decision_service_pb.js";
import { Attempts } from "./persistence.js";

/** Takes a decision, and writes what it makes of it with the transaction of the cursor store. */
export type Handler<T = void> = (decision: Decision, transaction: T) => unknown;

/** When to stop. */
export interface FollowOptions {
  /** Ends when the decisions of now are out. */
  readonly stopAtEnd?: boolean | undefined;
  /** Ends when it is aborted, also by the handler: no further decision is begun. */
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds between acknowledgements; what is left is acknowledged with the next heartbeat, and at the end. */
const ACKNOWLEDGE_EVERY_MS = 1000;

/** Follows for one store. One `follow` at a time. */
export class FeedFollower<T = void> {
  readonly #client: Client;
  readonly #store: CursorStore<T>;
  readonly #request: Omit<MessageInitShape<typeof WatchDecisionsRequestSchema>, "$typeName">;
  #acknowledged = "";
  #acknowledgeAt = 0;

  /**
   * `request` has the filter, or the consumer and its holder; its cursor is the store's. For a consumer, what the store
   * has kept is acknowledged: it was carried out.
   */
  constructor(
    client: Client,
    store: CursorStore<T>,
    request: MessageInitShape<typeof WatchDecisionsRequestSchema> = {},
  ) {
    this.#client = client;
    this.#store = store;
    this.#request = request;
  }

  /**
   * Hands the decisions to the handler, in order. Each is handled in a transaction of the store that also keeps its
   * cursor; after a broken connection the feed goes on after the last cursor that was kept. What the handler throws ends
   * the call; the decision comes again.
   *
   * Throws `ServiceError` when the service refuses, says nothing at all, or stays away for longer than the client's
   * persistence allows. An expired or foreign cursor is told and never passed over.
   */
  async follow(handler: Handler<T>, options: FollowOptions = {}): Promise<void> {
    const attempts = new Attempts(this.#client.persistence, options.signal);
    while (!options.signal?.aborted) {
      try {
        await this.#oneCall(handler, attempts, options);
        return;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        await attempts.wait(error);
      }
    }
  }

  async #oneCall(handler: Handler<T>, attempts: Attempts, { stopAtEnd = false, signal }: FollowOptions): Promise<void> {
    let cursor = await this.#store.load();
    const ending = new AbortController();
    const end = (): void => ending.abort();
    signal?.addEventListener("abort", end);
    try {
      const request = { ...this.#request, cursor, stopAtEnd };
      for await (const response of this.#client.decisions.watchDecisions(request, { signal: ending.signal })) {
        attempts.heard();
        if (signal?.aborted) break;
        const { decision } = response;
        await this.#store.keeping(response.cursor, async (transaction) => {
          if (decision) await handler(decision, transaction);
        });
        cursor = response.cursor;
        if (signal?.aborted) break;
        if (performance.now() >= this.#acknowledgeAt) await this.#acknowledge(cursor);
      }
    } catch (error) {
      if (!(signal?.aborted && error instanceof Cancelled)) throw error;
    } finally {
      // To leave the loop is not enough: connect-node would keep the call open.
      signal?.removeEventListener("abort", end);
      end();
    }
    await this.#acknowledge(cursor);
  }

  async #acknowledge(cursor: string): Promise<void> {
    const { consumer, holder } = this.#request;
    if (!consumer || cursor === "" || cursor === this.#acknowledged) return;
    await this.#client.decisions.acknowledgeDecisions({ consumer, holder: holder ?? "", cursor });
    this.#acknowledged = cursor;
    this.#acknowledgeAt = performance.now() + ACKNOWLEDGE_EVERY_MS;
  }
}
