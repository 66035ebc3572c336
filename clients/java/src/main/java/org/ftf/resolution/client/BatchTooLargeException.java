package org.ftf.resolution.client;

/** A batch has more records than the service takes at once. */
public final class BatchTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** How many records the service takes at once. */
  private final int credit;

  BatchTooLargeException(int records, int credit) {
    super("a batch has " + records + " records, and the service takes " + credit + " at once");
    this.credit = credit;
  }

  /**
   * How many records the service takes at once.
   *
   * @return at least 0
   */
  public int credit() {
    return credit;
  }
}
