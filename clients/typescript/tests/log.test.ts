/** The log of the driver, when its last line was not written in full. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";
import { DecisionSchema } from "@ftf-resolution/client/contract";

import { Log } from "../conformance/log.js";

test("a rest after the last whole line is cut off, and what comes next stands in its place", async () => {
  const folder = mkdtempSync(join(tmpdir(), "log-"));
  const path = join(folder, "log.jsonl");
  const whole = '{"cursor":"one","decision":null}\n';
  try {
    for (const [before, cursor, kept] of [["", "", ""], ["{", "", ""], [whole, "one", whole], [`${whole}{"cur`, "one", whole]]) {
      writeFileSync(path, before ?? "");
      const log = new Log(path);
      assert.equal(log.load(), cursor);
      await log.keeping("two", async (note) => note(create(DecisionSchema, { name: "decisions/1" })));
      assert.equal(readFileSync(path, "utf8"), `${kept}{"cursor":"two","decision":{"name":"decisions/1"}}\n`);
      assert.equal(new Log(path).load(), "two");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
