package org.ftf.resolution.client;

import java.util.List;
import org.ftf.resolution.v1.Record;

/**
 * One message of a stream.
 *
 * @param sequence its place in the stream, from 1, without gaps
 * @param records at least one
 */
public record Batch(long sequence, List<Record> records) {
  /**
   * Copies the list.
   *
   * @param sequence its place
   * @param records at least one
   */
  public Batch {
    records = List.copyOf(records);
  }
}
