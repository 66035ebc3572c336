/** Batches and credit of the sender; how the follower stops, and what its store keeps. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import type { ConnectRouter } from "@connectrpc/connect";
import { type Batch, batched, BatchTooLarge, FeedFollower, RecordSender, SqliteCursors } from "@ftf-resolution/client";
import { DecisionService, ResolutionService } from "@ftf-resolution/client/contract";
import sqlite from "node-sqlite3-wasm";

import { all, serving } from "./service.js";

function people(count: number, authority = "") {
  return Array.from({ length: count }, (_, number) => ({
    name: `sources/typescript/records/${number}`,
    owner: { country: "FRA", authority },
  }));
}

/** A service that gives so much credit, and acknowledges what it got when it has been used up for a while. */
function taking(credit: number, seen: { most: number } = { most: 0 }) {
  return ({ service }: ConnectRouter): void => {
    service(ResolutionService, {
      async *resolveRecords(requests) {
        yield { credit };
        const arrived: { sequence: bigint; records: number }[] = [];
        const inFlight = (): number => arrived.reduce((sum, { records }) => sum + records, 0);
        let reading = true;
        const read = async (): Promise<void> => {
          for await (const { sequence, records } of requests) {
            arrived.push({ sequence, records: records.length });
            seen.most = Math.max(seen.most, inFlight());
          }
        };
        void read().finally(() => {
          reading = false;
        });
        while (reading || arrived.length > 0) {
          const full = !reading || inFlight() >= credit;
          // A client that sends beyond the credit has the time to do so.
          await sleep(10);
          if (!full) continue;
          for (const { sequence, records } of arrived.splice(0)) {
            const results = Array.from({ length: records }, () => ({ result: { case: "decision" as const, value: {} } }));
            yield { sequence, credit, results };
          }
        }
      },
    });
  };
}

test("batches keep to both limits", async () => {
  const sizes = async (...given: Parameters<typeof batched>) => (await all(batched(...given))).map((b) => b.records.length);
  assert.deepEqual(await sizes(people(5), { size: 2 }), [2, 2, 1]);
  assert.deepEqual(await sizes(people(5, "x".repeat(2 << 20)), { size: 5 }), [1, 1, 1, 1, 1]);
  assert.deepEqual(await sizes([], { size: 5 }), []);
  const sequences = (await all(batched(people(5), { size: 2, firstSequence: 7 }))).map((batch) => batch.sequence);
  assert.deepEqual(sequences, [7, 8, 9]);
});

test("the credit is used up and not exceeded, and all batches come back in order", async () => {
  const seen = { most: 0 };
  await serving(taking(4, seen), async (client) => {
    const sender = new RecordSender(client, "stream", batched(people(20), { size: 2 }));
    const acknowledged = (await all(sender.acknowledged())).map(({ batch }) => batch.sequence);
    assert.deepEqual(acknowledged, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(seen.most, 4);
  });
});

test("a batch that the service never takes is told", async () => {
  await serving(taking(1), async (client) => {
    const sender = new RecordSender(client, "stream", batched(people(2), { size: 2 }));
    await assert.rejects(all(sender.acknowledged()), (error) => error instanceof BatchTooLarge && error.credit === 1);
  });
});

test("what the caller's batches throw ends the stream", async () => {
  async function* broken(): AsyncGenerator<Batch> {
    yield* batched(people(1));
    throw new RangeError("made up");
  }
  await serving(taking(1), async (client) => {
    const sender = new RecordSender(client, "stream", broken());
    await assert.rejects(all(sender.acknowledged()), new RangeError("made up"));
  });
});

test("a quiet feed is left when told to, and what a consumer has kept is acknowledged", async () => {
  const acknowledged: string[] = [];
  const routes = ({ service }: ConnectRouter): void => {
    service(DecisionService, {
      async *watchDecisions(_, { signal }) {
        yield { decision: { name: "decisions/1" }, cursor: "one" };
        yield { decision: { name: "decisions/2" }, cursor: "two" };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
      acknowledgeDecisions({ cursor }) {
        acknowledged.push(cursor);
        return {};
      },
    });
  };
  await serving(routes, async (client) => {
    const database = new sqlite.Database();
    const stop = new AbortController();
    const told: string[] = [];
    const request = { consumer: "consumers/desk", holder: "one" };
    const following = new FeedFollower(client, new SqliteCursors(database), request).follow(
      ({ name }) => {
        // The second is stopped at from outside, once the feed is quiet.
        if (told.push(name) === 2) setTimeout(() => stop.abort(), 50);
      },
      { signal: stop.signal },
    );
    await following;
    assert.deepEqual(told, ["decisions/1", "decisions/2"]);
    assert.deepEqual(acknowledged, ["one", "two"]);
    database.close();
  });
});

test("what a handler wrote and the cursor are kept together or not at all, for each feed of a database", async () => {
  const database = new sqlite.Database();
  database.exec("CREATE TABLE told (name TEXT)");
  const one = new SqliteCursors(database, "one");
  const write = async () => void database.run("INSERT INTO told VALUES (?)", ["made up"]);
  await one.keeping("first", write);
  const failing = one.keeping("second", async () => {
    await write();
    throw new RangeError("made up");
  });
  await assert.rejects(failing, RangeError);
  assert.equal(one.load(), "first");
  assert.equal(new SqliteCursors(database, "two").load(), "");
  assert.equal(database.all("SELECT * FROM told").length, 1);
  database.close();
});
