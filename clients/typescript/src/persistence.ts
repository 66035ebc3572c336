/** How long and how often a stream looks for a service that it has lost. */

import { setTimeout as sleep } from "node:timers/promises";

import type { ServiceError } from "./errors.js";
import { ATTEMPTS } from "./policy.js";

/**
 * A service that has said a word is looked for until it has said nothing for `patienceMs`. The pause between attempts
 * doubles from `firstPauseMs` to ten seconds, begins anew with every word, and is what the service asks for when it
 * does. One that has said nothing yet is given as many attempts as a single call, so that a wrong address or
 * certificate is told soon.
 */
export interface Persistence {
  readonly patienceMs: number;
  readonly firstPauseMs: number;
}

/** Two minutes, and pauses from a fifth of a second. */
export const DEFAULT_PERSISTENCE: Persistence = { patienceMs: 120_000, firstPauseMs: 200 };

const LONGEST_PAUSE_MS = 10_000;

/** The attempts of one stream. */
export class Attempts {
  #pauseMs: number;
  #heardAt: number | undefined;
  #attempt = 1;

  /** `signal` ends a pause early; `now` is in milliseconds. */
  constructor(
    readonly persistence: Persistence,
    readonly signal?: AbortSignal,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#pauseMs = persistence.firstPauseMs;
  }

  /** Notes a word of the service. */
  heard(): void {
    this.#heardAt = this.now();
    this.#pauseMs = this.persistence.firstPauseMs;
  }

  /** Waits before the next attempt after an error. Throws that error when it does not pass or the patience is at its end. */
  async wait(error: ServiceError): Promise<void> {
    if (!error.passes || this.#atItsEnd()) throw error;
    this.#attempt += 1;
    let pauseMs = error.retryAfterMs;
    if (pauseMs === undefined) {
      pauseMs = this.#pauseMs;
      this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    }
    await sleep(pauseMs, undefined, this.signal && { signal: this.signal }).catch((reason: unknown) => {
      if (!this.signal?.aborted) throw reason;
    });
  }

  #atItsEnd(): boolean {
    if (this.#heardAt === undefined) return this.#attempt >= ATTEMPTS;
    return this.now() - this.#heardAt > this.persistence.patienceMs;
  }
}
