package org.ftf.resolution.client;

import org.ftf.resolution.v1.Decision;

/**
 * Is given each decision of the feed.
 *
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface DecisionHandler<X extends Exception> {
  /**
   * Handles a decision, within the transaction of the store that keeps its cursor.
   *
   * @param decision the next one
   * @throws X to end the call and roll back; the decision comes again
   */
  void handle(Decision decision) throws X;
}
