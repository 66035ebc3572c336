package org.ftf.resolution.client;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.ftf.resolution.v1.Record;

/** Puts records into batches. The same records always give the same batches. */
public final class Batches implements Iterator<Batch> {
  /** Records of a batch when nothing else is said. */
  public static final int SIZE = 250;

  /** The records of one message: it must stay under the 4 MiB that the service takes; the rest is room for its frame. */
  static final int MAXIMUM_BYTES = 3 << 20;

  private final Iterator<Record> records;
  private final int size;
  private long sequence;
  private Optional<Record> left = Optional.empty();

  private Batches(Iterator<Record> records, int size, long firstSequence) {
    if (size < 1) {
      throw new IllegalArgumentException("size: must be at least 1");
    }
    this.records = records;
    this.size = size;
    this.sequence = firstSequence;
  }

  /**
   * The records in batches of at most {@link #SIZE} records and 3 MiB, with sequences from 1.
   *
   * @param records are taken as batches are
   * @return the batches
   */
  public static Batches of(Iterable<Record> records) {
    return of(records, SIZE, 1);
  }

  /**
   * The records in batches of at most that many records and 3 MiB.
   *
   * @param records are taken as batches are
   * @param size at least 1; the service takes 1,000
   * @param firstSequence the sequence of the first batch: 1 for a new stream
   * @return the batches
   */
  public static Batches of(Iterable<Record> records, int size, long firstSequence) {
    return new Batches(records.iterator(), size, firstSequence);
  }

  @Override
  public boolean hasNext() {
    return left.isPresent() || records.hasNext();
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    List<Record> batch = new ArrayList<>();
    long weight = 0;
    while (hasNext() && batch.size() < size) {
      Record record = left.orElseGet(records::next);
      left = Optional.empty();
      weight += record.getSerializedSize();
      if (!batch.isEmpty() && weight > MAXIMUM_BYTES) {
        left = Optional.of(record);
        break;
      }
      batch.add(record);
    }
    return new Batch(sequence++, batch);
  }
}
