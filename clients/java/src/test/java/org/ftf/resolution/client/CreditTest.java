package org.ftf.resolution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CreditTest {
  @Test
  void nothingFliesBeyondTheCredit() throws Exception {
    Credit credit = new Credit();
    credit.grant(3, 0);
    assertTrue(credit.take(2));
    CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> taken(credit, 2));
    assertFalse(second.isDone());
    credit.grant(3, 2);
    assertTrue(second.get(30, TimeUnit.SECONDS));
    credit.close();
    assertFalse(credit.take(1), "two are in flight, and one more would have fitted");
  }

  @Test
  void whoWaitsForTheFirstWordIsLetGoWhenTheCallEnds() throws Exception {
    Credit credit = new Credit();
    CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> taken(credit, 1));
    credit.close();
    assertFalse(waiting.get(30, TimeUnit.SECONDS));
  }

  @Test
  void aBatchThatNeverFitsIsToldInsteadOfWaitedFor() {
    Credit credit = new Credit();
    credit.grant(1, 0);
    assertEquals(1, assertThrows(BatchTooLargeException.class, () -> credit.take(2)).credit());
  }

  private static boolean taken(Credit credit, int records) {
    try {
      return credit.take(records);
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }
}
