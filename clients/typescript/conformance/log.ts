/** The cursor store of the driver: a file of lines, each the cursor and the decision that was handled with it. */

import { existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

import { toJson } from "@bufbuild/protobuf";
import type { CursorStore } from "@ftf-resolution/client";
import { type Decision, DecisionSchema } from "@ftf-resolution/client/contract";

/** Takes the decision that is to stand in the line. */
export type Note = (decision: Decision) => void;

export class Log implements CursorStore<Note> {
  readonly #file: number;
  #cursor = "";

  constructor(path: string) {
    const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const whole = content.subarray(0, content.lastIndexOf("\n") + 1);
    const last = whole.toString().split("\n").at(-2);
    if (last !== undefined) this.#cursor = (JSON.parse(last) as { cursor: string }).cursor;
    this.#file = openSync(path, "a");
    truncateSync(path, whole.length);
  }

  load(): string {
    return this.#cursor;
  }

  async keeping(cursor: string, handle: (note: Note) => Promise<void>): Promise<void> {
    let decision: unknown = null;
    await handle((noted) => {
      decision = toJson(DecisionSchema, noted);
    });
    writeSync(this.#file, `${JSON.stringify({ cursor, decision })}\n`);
    fsyncSync(this.#file);
    this.#cursor = cursor;
  }
}
