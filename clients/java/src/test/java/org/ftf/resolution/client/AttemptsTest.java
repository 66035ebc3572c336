package org.ftf.resolution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.rpc.Status;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private static final ServiceException AWAY = error(Code.UNAVAILABLE);

  private final AtomicLong now = new AtomicLong();
  private final List<Duration> pauses = new ArrayList<>();
  private final Attempts attempts =
      new Attempts(new Persistence(Duration.ofSeconds(60), Duration.ofSeconds(1)), this::pause, now::get);

  @Test
  void aServiceThatHasSaidNothingIsGivenFourAttempts() {
    for (int attempt = 1; attempt < RetryPolicy.ATTEMPTS; attempt++) {
      attempts.await(AWAY);
    }
    assertThrows(ServiceException.Unreachable.class, () -> attempts.await(AWAY));
    assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)), pauses);
  }

  @Test
  void aServiceThatSaidAWordIsLookedForUntilThePatienceEnds() {
    attempts.heard();
    assertThrows(
        ServiceException.Unreachable.class,
        () -> {
          while (true) {
            attempts.await(AWAY);
          }
        });
    // 1 + 2 + 4 + 8 + 10 + 10 + 10 + 10 are 55 seconds, and after ten more the patience has ended.
    assertEquals(9, pauses.size());
    assertEquals(Duration.ofSeconds(10), pauses.get(8));
    attempts.heard();
    attempts.await(AWAY);
    assertEquals(Duration.ofSeconds(1), pauses.get(9), "pauses begin anew with every word");
  }

  @Test
  void whatDoesNotPassIsToldAtOnce() {
    assertThrows(ServiceException.Refused.class, () -> attempts.await(error(Code.FAILED_PRECONDITION)));
    assertThrows(ServiceException.Overloaded.class, () -> attempts.await(error(Code.RESOURCE_EXHAUSTED)));
  }

  private void pause(Duration length) {
    pauses.add(length);
    now.addAndGet(length.toNanos());
  }

  private static ServiceException error(Code code) {
    return ServiceException.of(Status.newBuilder().setCode(code.value()).setMessage("made up").build());
  }
}
