package org.ftf.resolution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ftf.resolution.v1.Owner;
import org.ftf.resolution.v1.Record;
import org.junit.jupiter.api.Test;

class BatchesTest {
  @Test
  void batchesKeepToTheNumberOfRecords() {
    assertEquals(List.of(2, 2, 1), sizes(Batches.of(records(5, 0), 2, 1)));
  }

  @Test
  void batchesKeepToTheSizeOfAMessageAndLoseNothing() {
    assertEquals(List.of(1, 1, 1), sizes(Batches.of(records(3, 2 << 20), 5, 1)));
    assertEquals(List.of(2, 1), sizes(Batches.of(records(3, 5 << 18), 5, 1)));
  }

  @Test
  void sequencesGoOnFromTheFirst() {
    List<Long> sequences = new ArrayList<>();
    Batches.of(records(3, 0), 1, 7).forEachRemaining(batch -> sequences.add(batch.sequence()));
    assertEquals(List.of(7L, 8L, 9L), sequences);
  }

  @Test
  void noRecordsAreNoBatches() {
    assertFalse(Batches.of(List.of()).hasNext());
  }

  @Test
  void aBatchHasRecords() {
    assertThrows(IllegalArgumentException.class, () -> Batches.of(List.of(), 0, 1));
  }

  private static List<Integer> sizes(Batches batches) {
    List<Integer> sizes = new ArrayList<>();
    batches.forEachRemaining(batch -> sizes.add(batch.records().size()));
    return sizes;
  }

  private static List<Record> records(int count, int bytes) {
    Owner owner = Owner.newBuilder().setAuthority("x".repeat(bytes)).build();
    return IntStream.range(0, count)
        .mapToObj(number -> Record.newBuilder().setName("sources/a/records/" + number).setOwner(owner).build())
        .toList();
  }
}
