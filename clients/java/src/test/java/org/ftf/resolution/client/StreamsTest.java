package org.ftf.resolution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ftf.resolution.v1.Decision;
import org.ftf.resolution.v1.DecisionServiceGrpc;
import org.ftf.resolution.v1.Record;
import org.ftf.resolution.v1.ResolutionServiceGrpc;
import org.ftf.resolution.v1.ResolveRecordsRequest;
import org.ftf.resolution.v1.ResolveRecordsResponse;
import org.ftf.resolution.v1.ResolveRecordsResult;
import org.ftf.resolution.v1.WatchDecisionsRequest;
import org.ftf.resolution.v1.WatchDecisionsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the caller's side of a stream does, against a service that takes two records at once and has a quiet feed. */
@Timeout(60)
class StreamsTest {
  private static final String NAME = StreamsTest.class.getName();
  private static final int CREDIT = 2;

  private Server server;
  private ResolutionClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        InProcessServerBuilder.forName(NAME).addService(new TakesTwo()).addService(new QuietFeed()).build().start();
    client =
        new ResolutionClient(
            InProcessChannelBuilder.forName(NAME).build(),
            "identify",
            "test",
            Duration.ofSeconds(30),
            new Persistence(Duration.ofSeconds(30), Duration.ofMillis(50)));
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
  }

  @Test
  void aBatchThatTheServiceNeverTakesIsTold() {
    Iterator<Batch> batches = List.of(batch(1, 2), batch(2, 3)).iterator();
    List<Long> told = new ArrayList<>();
    BatchTooLargeException error =
        assertThrows(
            BatchTooLargeException.class,
            () -> sender(batches).send((batch, results) -> told.add(batch.sequence())));
    assertEquals(CREDIT, error.credit());
    assertEquals(List.of(1L), told);
  }

  @Test
  void whatTheCallersBatchesThrowEndsTheStream() {
    Iterator<Batch> batches =
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Batch next() {
            if (++next == 2) {
              throw new IllegalStateException("made up");
            }
            return batch(next, 1);
          }
        };
    assertThrows(IllegalStateException.class, () -> sender(batches).send((batch, results) -> {}));
  }

  @Test
  void whatTheCallerThrowsAtAnAcknowledgementIsThrownAsItIs() {
    Iterator<Batch> batches = List.of(batch(1, 1), batch(2, 1)).iterator();
    assertThrows(
        IOException.class,
        () ->
            sender(batches)
                .send(
                    (batch, results) -> {
                      throw new IOException("made up");
                    }));
  }

  @Test
  void anErrorOfAServiceInTheCallersCodeIsNotTakenForABrokenStream() {
    ServiceException away = ServiceException.of(io.grpc.Status.UNAVAILABLE.asRuntimeException());
    AtomicInteger given = new AtomicInteger();
    RecordSender sender = sender(List.of(batch(1, 1)).iterator());
    FeedFollower<RuntimeException> follower = new FeedFollower<>(client, new Forgetful());
    assertSame(
        away,
        assertThrows(
            ServiceException.class,
            () ->
                sender.send(
                    (batch, results) -> {
                      given.incrementAndGet();
                      throw away;
                    })));
    assertSame(
        away,
        assertThrows(
            ServiceException.class,
            () ->
                follower.follow(
                    decision -> {
                      given.incrementAndGet();
                      throw away;
                    })));
    assertEquals(2, given.get());
  }

  @Test
  void anAcknowledgementComesWhileTheCallersBatchesWait() {
    CountDownLatch acknowledged = new CountDownLatch(1);
    Iterator<Batch> batches =
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < 2;
          }

          @Override
          public Batch next() {
            if (next == 1) {
              assertTrue(waited(acknowledged), "the first was not acknowledged before the second was asked for");
            }
            return batch(++next, 1);
          }
        };
    List<Long> told = new ArrayList<>();
    sender(batches)
        .send(
            (batch, results) -> {
              told.add(batch.sequence());
              acknowledged.countDown();
            });
    assertEquals(List.of(1L, 2L), told);
  }

  @Test
  void aQuietFeedIsLeftWhenToldTo() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    FeedFollower<RuntimeException> follower = new FeedFollower<>(client, new Forgetful());
    Thread following = new Thread(() -> follower.follow(decision -> told.countDown()));
    following.start();
    assertTrue(waited(told));
    while (following.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
    follower.stop();
    following.join(30_000);
    assertFalse(following.isAlive());
  }

  private RecordSender sender(Iterator<Batch> batches) {
    return new RecordSender(client, "0c8b3a4e-2f7e-4f0e-9a55-0d6f6f3c1d11", batches);
  }

  private static Batch batch(long sequence, int records) {
    return new Batch(sequence, java.util.Collections.nCopies(records, Record.getDefaultInstance()));
  }

  private static boolean waited(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  /** A store for a feed that is followed once. */
  private static final class Forgetful implements CursorStore<RuntimeException> {
    @Override
    public String load() {
      return "";
    }

    @Override
    public void keep(String cursor, Effect<RuntimeException> effect) {
      effect.run();
    }
  }

  private static final class TakesTwo extends ResolutionServiceGrpc.ResolutionServiceImplBase {
    @Override
    public StreamObserver<ResolveRecordsRequest> resolveRecords(StreamObserver<ResolveRecordsResponse> answers) {
      answers.onNext(ResolveRecordsResponse.newBuilder().setCredit(CREDIT).build());
      return new StreamObserver<>() {
        @Override
        public void onNext(ResolveRecordsRequest request) {
          ResolveRecordsResponse.Builder answer = ResolveRecordsResponse.newBuilder().setCredit(CREDIT);
          request.getRecordsList().forEach(each -> answer.addResults(ResolveRecordsResult.getDefaultInstance()));
          answers.onNext(answer.setSequence(request.getSequence()).build());
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private static final class QuietFeed extends DecisionServiceGrpc.DecisionServiceImplBase {
    @Override
    public void watchDecisions(WatchDecisionsRequest request, StreamObserver<WatchDecisionsResponse> answers) {
      answers.onNext(
          WatchDecisionsResponse.newBuilder().setDecision(Decision.getDefaultInstance()).setCursor("one").build());
    }
  }
}
