/** What every call carries, and the types that it fails with. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";
import { Code as ConnectCode, ConnectError } from "@connectrpc/connect";
import {
  Cancelled,
  Code,
  connect,
  errorOfStatus,
  FeedFollower,
  Internal,
  PlainTextRefused,
  ServiceError,
  Unreachable,
} from "@ftf-resolution/client";
import {
  ConsumerService,
  DecisionService,
  RecordService,
  ResolutionService,
  ResolveRecordRequestSchema,
} from "@ftf-resolution/client/contract";

import { serving } from "./service.js";

const CALLER = { purpose: "identify", caseReference: "test" };

test("every status has a type", () => {
  const general = new Set([Code.UNKNOWN, Code.INTERNAL, Code.DATA_LOSS]);
  for (const code of Object.values(Code).filter((each) => typeof each === "number" && each !== Code.OK) as Code[]) {
    const error = errorOfStatus({ $typeName: "google.rpc.Status", code, message: "made up", details: [] });
    assert.ok(error instanceof ServiceError);
    assert.deepEqual([error.code, error.sentence, error.reason, error.violations], [code, "made up", "", []]);
    assert.equal(error instanceof Internal, general.has(code), Code[code]);
  }
  const unheard = errorOfStatus({ $typeName: "google.rpc.Status", code: 99, message: "made up", details: [] });
  assert.equal(unheard.code, Code.UNKNOWN);
});

test("plain text stays on this machine", () => {
  for (const address of ["192.0.2.1:1", "resolver.example:443", "[2001:db8::1]:1", "127.0.0.1.example:1", "localhost"]) {
    assert.throws(() => connect(address, CALLER), PlainTextRefused, address);
  }
  for (const address of ["127.0.0.1:1", "127.8.9.1:1", "[::1]:1", "localhost:1"]) connect(address, CALLER).close();
});

test("a call may be for another case than its client", async () => {
  const seen: (string | null)[][] = [];
  await serving(
    ({ service }) => {
      service(RecordService, {
        getRecord(_, { requestHeader }) {
          seen.push([requestHeader.get("x-purpose"), requestHeader.get("x-case-reference")]);
          return {};
        },
      });
    },
    async (client) => {
      await client.records.getRecord({});
      await client.forCase("another", "locate").records.getRecord({});
      await client.records.getRecord({}, { headers: { "x-case-reference": "a third" } });
    },
  );
  assert.deepEqual(seen, [["identify", "test"], ["locate", "another"], ["identify", "a third"]]);
});

test("a write has a request id, the caller's or one of its own; the caller's request stays as it is", async () => {
  const seen: string[] = [];
  await serving(
    ({ service }) => {
      service(ResolutionService, {
        resolveRecord({ requestId }) {
          seen.push(requestId);
          return {};
        },
      });
    },
    async (client) => {
      const request = create(ResolveRecordRequestSchema, { record: {} });
      await client.resolution.resolveRecord(request);
      assert.equal(request.requestId, "");
      await client.resolution.resolveRecord({ requestId: "of the caller" });
    },
  );
  assert.match(seen[0] ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(seen[1], "of the caller");
});

test("what is not on the list of the policy is not repeated", async () => {
  let calls = 0;
  await serving(
    ({ service }) => {
      service(ConsumerService, {
        deleteConsumer() {
          calls += 1;
          throw new ConnectError("made up", ConnectCode.Unavailable);
        },
      });
    },
    async (client) => {
      await assert.rejects(client.consumers.deleteConsumer({ name: "consumers/desk" }), Unreachable);
    },
  );
  assert.equal(calls, 1);
});

test("a caller who gives up is told so", async () => {
  await serving(
    ({ service }) => {
      service(RecordService, {
        async getRecord(_, { signal }) {
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          return {};
        },
      });
    },
    async (client) => {
      const call = client.records.getRecord({}, { signal: AbortSignal.timeout(20) });
      await assert.rejects(call, (error) => error instanceof ServiceError && error.code === Code.CANCELLED);
    },
  );
});

test("what is under way when the client is closed is given up, single calls and the feed", async () => {
  await serving(
    ({ service }) => {
      service(RecordService, { getRecord: (_, { signal }) => new Promise((resolve) => (signal.onabort = () => resolve({}))) });
      service(DecisionService, {
        async *watchDecisions(_, { signal }) {
          yield { cursor: "one" };
          await new Promise((resolve) => (signal.onabort = resolve));
        },
      });
    },
    async (client) => {
      let told = (): void => {};
      const kept = new Promise<void>((resolve) => (told = resolve));
      const store = { load: () => "", keeping: async () => told() };
      const call = assert.rejects(client.records.getRecord({}), Cancelled);
      const feed = assert.rejects(new FeedFollower(client, store).follow(() => {}), Cancelled);
      await kept;
      client.close();
      await Promise.all([call, feed]);
    },
  );
});
