package org.ftf.resolution.client;

/**
 * Keeps one cursor of the feed in the caller's own store. What the handler stores and the cursor must become durable
 * together, or not at all.
 *
 * @param <X> what the store may throw
 */
public interface CursorStore<X extends Exception> {
  /**
   * What a handler does with a decision; nothing for a heartbeat.
   *
   * @param <X> what it may throw
   */
  @FunctionalInterface
  interface Effect<X extends Exception> {
    /**
     * Does it.
     *
     * @throws X to roll back
     */
    void run() throws X;
  }

  /**
   * The cursor that was kept last, to continue after.
   *
   * @return empty: from the beginning
   * @throws X when the store fails
   */
  String load() throws X;

  /**
   * Runs an effect in a transaction that also keeps the cursor. When the effect throws, neither what it stored nor the
   * cursor may remain, and what it threw goes on: then the decision comes again.
   *
   * @param cursor the cursor of the message that the effect handles
   * @param effect to be run once
   * @throws X when the store or the effect fails
   */
  void keep(String cursor, Effect<X> effect) throws X;
}
