/** The driver of this client in the conformance suite; clients/conformance/README.md says what it has to do. */

import { createInterface } from "node:readline";

import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { batched, type Client, connect, FeedFollower, pages, RecordSender, type Tls } from "@ftf-resolution/client";
import {
  AcknowledgeDecisionsRequestSchema,
  AcknowledgeDecisionsResponseSchema,
  ConsumerSchema,
  CreateConsumerRequestSchema,
  type Decision,
  DecisionSchema,
  RecordSchema,
  WatchDecisionsRequestSchema,
} from "@ftf-resolution/client/contract";

import { Log } from "./log.js";
import { errorJson, HandlerFailed, resultJson } from "./outcomes.js";

interface Inputs {
  address: string;
  tls?: Tls | null;
  purpose?: string;
  case_reference?: string;
  timeout?: number;
  patience?: number;
  pause?: number;
  name: string;
  etag?: string;
  record: JsonValue;
  records: JsonValue[];
  validate_only?: boolean;
  request_id?: string;
  page_size?: number;
  page_token?: string;
  stream_id: string;
  batch_size: number;
  store: string;
  stop_at_end?: boolean;
  stop_after?: number;
  fail_at?: number;
  request?: JsonValue;
}

let client: Client;

const OPERATIONS: { readonly [operation: string]: (inputs: Inputs) => object | Promise<object> } = {
  connect({ address, tls, purpose = "identify", case_reference = "conformance", timeout, patience = 20, pause = 0.05 }) {
    const opened = connect(address, {
      purpose,
      caseReference: case_reference,
      tls: tls ?? undefined,
      timeoutMs: milliseconds(timeout),
      persistence: { patienceMs: 1000 * patience, firstPauseMs: 1000 * pause },
    });
    client?.close();
    client = opened;
    return {};
  },

  async resolve({ record, validate_only = false, request_id = "", timeout }) {
    const request = { record: fromJson(RecordSchema, record), validateOnly: validate_only, requestId: request_id };
    const timeoutMs = milliseconds(timeout);
    return { decision: decisionJson(await client.resolution.resolveRecord(request, timeoutMs ? { timeoutMs } : {})) };
  },

  async withdraw({ name, etag = "", request_id = "" }) {
    return { decision: decisionJson(await client.resolution.withdrawRecord({ name, etag, requestId: request_id })) };
  },

  async get_record({ name }) {
    return { record: toJson(RecordSchema, await client.records.getRecord({ name })) };
  },

  async list_decisions({ record, page_size = 0, page_token = "" }) {
    const request = { record: String(record), pageSize: page_size, pageToken: page_token };
    const found = [];
    for await (const page of pages(client.decisions.listDecisions, request)) found.push(page);
    return { decisions: found.flatMap((page) => page.decisions.map(decisionJson)), pages: found.length };
  },

  async send({ stream_id, records, batch_size }) {
    const batches = batched(
      records.map((record) => fromJson(RecordSchema, record)),
      { size: batch_size },
    );
    const results = [];
    let acknowledged = 0;
    for await (const answer of new RecordSender(client, stream_id, batches).acknowledged()) {
      results.push(...answer.results.map(resultJson));
      acknowledged = answer.batch.sequence;
    }
    return { results, acknowledged };
  },

  async follow({ store, request = {}, stop_at_end = false, stop_after, fail_at }) {
    const follower = new FeedFollower(client, new Log(store), fromJson(WatchDecisionsRequestSchema, request));
    const stop = new AbortController();
    let delivered = 0;
    await follower.follow(
      (decision, note) => {
        delivered += 1;
        if (delivered === fail_at) throw new HandlerFailed();
        note(decision);
        if (delivered === stop_after) stop.abort();
      },
      { stopAtEnd: stop_at_end, signal: stop.signal },
    );
    return { delivered };
  },

  async create_consumer({ request = {} }) {
    const made = await client.consumers.createConsumer(fromJson(CreateConsumerRequestSchema, request));
    return { consumer: toJson(ConsumerSchema, made) };
  },

  async acknowledge({ request = {} }) {
    const message = fromJson(AcknowledgeDecisionsRequestSchema, request);
    const made = await client.decisions.acknowledgeDecisions(message);
    return { acknowledgement: toJson(AcknowledgeDecisionsResponseSchema, made) };
  },
};

function decisionJson(decision: Decision): JsonValue {
  return toJson(DecisionSchema, decision);
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : 1000 * seconds;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, ...inputs } = JSON.parse(line) as Inputs & { operation: string };
  const chosen = OPERATIONS[operation];
  if (!chosen) throw new Error(`there is no operation ${operation}`);
  let answer: object;
  try {
    answer = { ok: await chosen(inputs) };
  } catch (error) {
    answer = { error: errorJson(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
client!.close();
