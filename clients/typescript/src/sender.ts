/** Sends batches through `ResolveRecords`: within the credit, several in flight, again after a broken connection. */

import { create, type MessageInitShape } from "@bufbuild/protobuf";

import type { Batch } from "./batches.js";
import type { Client } from "./client.js";
import { Credit } from "./credit.js";
import { Code, Internal, ServiceError } from "./errors.js";
import type {
  ResolveRecordsRequestSchema,
  ResolveRecordsResult,
} from "./gen/ftf/resolution/v1/resolution_service_pb.js";
import { StatusSchema } from "./gen/google/rpc/status_pb.js";
import { Attempts } from "./persistence.js";

/** A batch that is durable, with one result for each of its records, in order. */
export interface Acknowledged<B extends Batch> {
  readonly batch: B;
  readonly results: readonly ResolveRecordsResult[];
}

/** One stream of batches, over as many calls as it takes. */
export class RecordSender<B extends Batch = Batch> {
  readonly #client: Client;
  readonly #streamId: string;
  readonly #batches: AsyncIterator<B> | Iterator<B>;
  readonly #attempts: Attempts;
  readonly #sent: B[] = [];
  #fetching: Promise<void> | undefined;
  #exhausted = false;
  #failure: { reason: unknown } | undefined;

  /** `streamId`: a UUID; with the same batches under it, a stream may be sent again and nothing is doubled. */
  constructor(client: Client, streamId: string, batches: Iterable<B> | AsyncIterable<B>) {
    this.#client = client;
    this.#streamId = streamId;
    this.#batches = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
    this.#attempts = new Attempts(client.persistence);
  }

  /**
   * Each batch once it is durable. Throws `ServiceError` when the service refuses, says nothing at all, or stays away for
   * longer than the client's persistence allows (what was acknowledged is stored; the stream may be sent on from the
   * next batch), `BatchTooLarge` for a batch of more records than the service takes at once, and what the batches throw.
   */
  async *acknowledged(): AsyncGenerator<Acknowledged<B>> {
    for (;;) {
      try {
        yield* this.#oneCall();
        return;
      } catch (error) {
        if (this.#failure || !(error instanceof ServiceError)) throw error;
        await this.#attempts.wait(error);
      }
    }
  }

  async *#oneCall(): AsyncGenerator<Acknowledged<B>> {
    const credit = new Credit();
    const ending = new AbortController();
    try {
      for await (const response of this.#client.resolution.resolveRecords(this.#requests(credit), {
        signal: ending.signal,
      })) {
        this.#attempts.heard();
        if (response.sequence === 0n) {
          credit.grant(response.credit, 0);
          continue;
        }
        const batch = this.#due(Number(response.sequence), response.results.length);
        credit.grant(response.credit, batch.records.length);
        yield { batch, results: response.results };
      }
    } catch (error) {
      // A stream that the caller's own side broke off may end in any way.
      if (!this.#failure) throw error;
    } finally {
      credit.close();
      ending.abort();
    }
    if (this.#failure) throw this.#failure.reason;
    if (this.#sent.length > 0) throw broken("the service ended the stream before it had acknowledged all");
  }

  /** Takes the batch whose acknowledgement is due off those that were sent. */
  #due(sequence: number, results: number): B {
    const batch = this.#sent[0];
    if (batch?.sequence !== sequence || batch.records.length !== results) {
      throw broken("the service acknowledged another message than the one due");
    }
    this.#sent.shift();
    return batch;
  }

  /** The messages of one call, from the first that is not acknowledged. */
  async *#requests(credit: Credit): AsyncGenerator<MessageInitShape<typeof ResolveRecordsRequestSchema>> {
    let place = 0;
    for (;;) {
      const batch = await this.#next(credit, place);
      if (!batch) return;
      place = batch.sequence;
      // The transport throws what ended the call in here; that is not the caller's failure.
      yield { streamId: this.#streamId, sequence: BigInt(place), records: [...batch.records] };
    }
  }

  /** The batch after that sequence when it may fly; undefined when there is none or the call is over. */
  async #next(credit: Credit, sequence: number): Promise<B | undefined> {
    try {
      const batch = await this.#after(sequence);
      return batch && (await credit.take(batch.records.length)) ? batch : undefined;
    } catch (reason) {
      // The transport would tell it as its own; the reader of answers throws it.
      this.#failure = { reason };
      throw reason;
    }
  }

  /** The batch after that sequence: one sent in an earlier call, or a new one. */
  async #after(sequence: number): Promise<B | undefined> {
    for (;;) {
      const batch = this.#sent.find((each) => each.sequence > sequence);
      if (batch || this.#exhausted) return batch;
      // A broken call may still wait for this batch while the next call begins: it is asked for once.
      this.#fetching ??= this.#fetch();
      await this.#fetching;
    }
  }

  async #fetch(): Promise<void> {
    try {
      const next = await this.#batches.next();
      if (next.done) this.#exhausted = true;
      else this.#sent.push(next.value);
    } finally {
      this.#fetching = undefined;
    }
  }
}

function broken(message: string): Internal {
  return new Internal(create(StatusSchema, { code: Code.INTERNAL, message }));
}
