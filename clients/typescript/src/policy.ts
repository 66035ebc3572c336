/** What is repeated by itself: the policy that the clients of all languages share. */

import type { DescMethod } from "@bufbuild/protobuf";

import { serviceConfig } from "./gen/service_config.js";

const [{ name: names, retryPolicy }] = serviceConfig.methodConfig;
const REPEATABLE: ReadonlySet<string> = new Set(names.map(({ service, method }) => `${service}/${method}`));

/** Attempts of one call, the first included. */
export const ATTEMPTS: number = retryPolicy.maxAttempts;

/** Whether a method may be tried again when nobody answers: a read, or a write that is told from its repeat. */
export function isRepeatable(method: DescMethod): boolean {
  return REPEATABLE.has(`${method.parent.typeName}/${method.name}`);
}

/** Milliseconds before the attempt after `attempt` (from 1); `random`, from 0 to 1, spreads callers by a fifth. */
export function pauseAfter(attempt: number, random: number): number {
  const pause = seconds(retryPolicy.initialBackoff) * retryPolicy.backoffMultiplier ** (attempt - 1);
  return 1000 * Math.min(pause, seconds(retryPolicy.maxBackoff)) * (0.8 + 0.4 * random);
}

function seconds(duration: string): number {
  return Number.parseFloat(duration);
}
