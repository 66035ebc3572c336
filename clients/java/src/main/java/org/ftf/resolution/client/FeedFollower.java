package org.ftf.resolution.client;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ftf.resolution.v1.AcknowledgeDecisionsRequest;
import org.ftf.resolution.v1.DecisionServiceGrpc;
import org.ftf.resolution.v1.WatchDecisionsRequest;
import org.ftf.resolution.v1.WatchDecisionsResponse;

/**
 * Follows the feed over as many calls as it takes, and hands each decision to a handler exactly once. For one store, and
 * one {@code follow} at a time.
 *
 * @param <X> what the store and the handler may throw
 */
public final class FeedFollower<X extends Exception> {
  /** Between acknowledgements; what is left is acknowledged with the next heartbeat, and at the end. */
  private static final Duration ACKNOWLEDGE_EVERY = Duration.ofSeconds(1);

  private final ResolutionClient client;
  private final CursorStore<X> store;
  private final WatchDecisionsRequest request;
  private final CountDownLatch told = new CountDownLatch(1);
  private volatile Optional<Answers<WatchDecisionsRequest, WatchDecisionsResponse>> call = Optional.empty();
  private String acknowledged = "";
  private Optional<Long> acknowledgedAt = Optional.empty();

  /**
   * Follows everything.
   *
   * @param client the connection
   * @param store keeps the cursor
   */
  public FeedFollower(ResolutionClient client, CursorStore<X> store) {
    this(client, store, WatchDecisionsRequest.getDefaultInstance());
  }

  /**
   * Follows what a request asks for. For a consumer, what the store has kept is acknowledged: it was carried out.
   *
   * @param client the connection
   * @param store keeps the cursor
   * @param request the filter, or the consumer and its holder; its cursor is the store's
   */
  public FeedFollower(ResolutionClient client, CursorStore<X> store, WatchDecisionsRequest request) {
    this.client = client;
    this.store = store;
    this.request = request;
  }

  /**
   * Hands the decisions to the handler, in order, until {@link #stop}. Each is handled in a transaction of the store that
   * also keeps its cursor. After a broken connection the feed goes on after the last cursor that was kept.
   *
   * @param handler runs in the caller's thread; what it throws ends the call, and the decision comes again
   * @throws X what the handler or the store throws, as it is
   * @throws ServiceException when the service refuses, says nothing at all, or stays away for longer than the client's
   *     {@link Persistence} allows. An expired or foreign cursor is told and never passed over
   */
  public void follow(DecisionHandler<X> handler) throws X {
    follow(handler, false);
  }

  /**
   * As {@link #follow(DecisionHandler)}, until the decisions of now are out.
   *
   * @param handler runs in the caller's thread; what it throws ends the call, and the decision comes again
   * @throws X what the handler or the store throws, as it is
   * @throws ServiceException as for {@link #follow(DecisionHandler)}
   */
  public void followToTheEnd(DecisionHandler<X> handler) throws X {
    follow(handler, true);
  }

  /** Ends {@code follow}, from the handler or another thread: no further decision is begun. */
  public void stop() {
    told.countDown();
    call.ifPresent(Answers::cancel);
  }

  private boolean stopped() {
    return told.getCount() == 0;
  }

  private void follow(DecisionHandler<X> handler, boolean stopAtEnd) throws X {
    Attempts attempts =
        new Attempts(
            client.persistence(), pause -> told.await(pause.toNanos(), TimeUnit.NANOSECONDS), System::nanoTime);
    while (!stopped()) {
      try {
        followInOneCall(handler, attempts, stopAtEnd);
        return;
      } catch (CallersOwn own) {
        throw own.error();
      } catch (ServiceException.Cancelled error) {
        if (!stopped() || Thread.currentThread().isInterrupted()) {
          throw error;
        }
      } catch (ServiceException error) {
        attempts.await(error);
      }
    }
  }

  private void followInOneCall(DecisionHandler<X> handler, Attempts attempts, boolean stopAtEnd) throws X {
    String cursor = store.load();
    Answers<WatchDecisionsRequest, WatchDecisionsResponse> answers = new Answers<>();
    ClientCalls.asyncServerStreamingCall(
        client.channel().newCall(DecisionServiceGrpc.getWatchDecisionsMethod(), CallOptions.DEFAULT),
        request.toBuilder().setCursor(cursor).setStopAtEnd(stopAtEnd).build(),
        answers);
    call = Optional.of(answers);
    try {
      // `stop` may have come before there was a call to cancel.
      while (!stopped()) {
        Optional<WatchDecisionsResponse> answer = answers.next();
        if (answer.isEmpty()) {
          break;
        }
        attempts.heard();
        keep(answer.get(), handler);
        cursor = answer.get().getCursor();
        if (!stopped() && acknowledgementIsDue()) {
          acknowledge(cursor);
        }
      }
      acknowledge(cursor);
    } finally {
      answers.cancel();
    }
  }

  private void keep(WatchDecisionsResponse answer, DecisionHandler<X> handler) throws X {
    try {
      store.keep(
          answer.getCursor(),
          () -> {
            if (answer.hasDecision()) {
              handler.handle(answer.getDecision());
            }
          });
    } catch (ServiceException own) {
      throw new CallersOwn(own);
    }
  }

  private boolean acknowledgementIsDue() {
    return acknowledgedAt.map(at -> System.nanoTime() - at >= ACKNOWLEDGE_EVERY.toNanos()).orElse(true);
  }

  private void acknowledge(String cursor) {
    if (request.getConsumer().isEmpty() || cursor.isEmpty() || cursor.equals(acknowledged)) {
      return;
    }
    client.call(
        DecisionServiceGrpc.getAcknowledgeDecisionsMethod(),
        AcknowledgeDecisionsRequest.newBuilder()
            .setConsumer(request.getConsumer())
            .setHolder(request.getHolder())
            .setCursor(cursor)
            .build());
    acknowledged = cursor;
    acknowledgedAt = Optional.of(System.nanoTime());
  }
}
