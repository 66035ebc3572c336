package org.ftf.resolution.client;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The attempts of one stream. */
final class Attempts {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** A wait that something may cut short. */
  interface Pause {
    void last(Duration duration) throws InterruptedException;
  }

  private final Persistence persistence;
  private final Pause pause;
  private final LongSupplier nanos;
  private Duration next;
  private Optional<Long> heard = Optional.empty();
  private int attempt = 1;

  /** {@code nanos}: a clock that only runs forwards, as {@link System#nanoTime}. */
  Attempts(Persistence persistence, Pause pause, LongSupplier nanos) {
    this.persistence = persistence;
    this.pause = pause;
    this.nanos = nanos;
    this.next = persistence.firstPause();
  }

  /** Notes a word of the service. */
  void heard() {
    heard = Optional.of(nanos.getAsLong());
    next = persistence.firstPause();
  }

  /** Waits before the next attempt after an error; throws it when it does not pass or the patience is at its end. */
  void await(ServiceException error) {
    if (!error.passes() || atItsEnd()) {
      throw error;
    }
    attempt++;
    Duration length = error.retryAfter().orElse(next);
    if (error.retryAfter().isEmpty()) {
      Duration doubled = next.multipliedBy(2);
      next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
    try {
      pause.last(length);
    } catch (InterruptedException interruption) {
      throw ServiceException.interrupted(interruption);
    }
  }

  private boolean atItsEnd() {
    return heard
        .map(since -> nanos.getAsLong() - since > persistence.patience().toNanos())
        .orElse(attempt >= RetryPolicy.ATTEMPTS);
  }
}
