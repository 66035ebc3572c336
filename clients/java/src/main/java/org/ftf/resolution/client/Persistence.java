package org.ftf.resolution.client;

import java.time.Duration;

/**
 * How long and how often a stream looks for a service that it has lost. One that has said nothing yet is given as many
 * attempts as a single call, so that a wrong address or certificate is told soon.
 *
 * @param patience for how long a service that has said a word may say nothing
 * @param firstPause the pause before the first new attempt; pauses double up to ten seconds, begin anew with every word,
 *     and are what the service asks for when it does
 */
public record Persistence(Duration patience, Duration firstPause) {
  /** Two minutes, and a fifth of a second. */
  public static final Persistence DEFAULT = new Persistence(Duration.ofMinutes(2), Duration.ofMillis(200));
}
