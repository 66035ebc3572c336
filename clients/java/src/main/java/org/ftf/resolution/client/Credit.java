package org.ftf.resolution.client;

/** How many records one call of a stream may have in flight: the server's word. Closed, it lets nobody wait any longer. */
final class Credit {
  private static final int NOT_GRANTED = -1;

  private int credit = NOT_GRANTED;
  private int inFlight;
  private boolean closed;

  /** Takes the server's word, given with the acknowledgement of that many records. */
  synchronized void grant(int granted, int acknowledged) {
    credit = granted;
    inFlight -= acknowledged;
    notifyAll();
  }

  /** Waits until so many more may fly; false when closed. Throws {@link BatchTooLargeException} when they never may. */
  synchronized boolean take(int records) throws InterruptedException {
    while (!closed) {
      if (credit != NOT_GRANTED && inFlight + records <= credit) {
        inFlight += records;
        return true;
      }
      if (credit != NOT_GRANTED && inFlight == 0) {
        throw new BatchTooLargeException(records, credit);
      }
      wait();
    }
    return false;
  }

  /** Ends all waiting. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean closed() {
    return closed;
  }
}
