package org.ftf.resolution.client;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The answers of a stream, taken one by one in the caller's thread; the service is asked for one at a time. */
final class Answers<Q, A> implements ClientResponseObserver<Q, A> {
  private sealed interface Arrived<A> {}

  private record Answer<A>(A answer) implements Arrived<A> {}

  private record End<A>(Optional<Throwable> error) implements Arrived<A> {}

  private final BlockingQueue<Arrived<A>> arrived = new LinkedBlockingQueue<>();
  private ClientCallStreamObserver<Q> call;

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> started) {
    call = started;
    call.disableAutoRequestWithInitial(1);
  }

  @Override
  public void onNext(A answer) {
    arrived.add(new Answer<>(answer));
  }

  @Override
  public void onError(Throwable error) {
    arrived.add(new End<>(Optional.of(error)));
  }

  @Override
  public void onCompleted() {
    arrived.add(new End<>(Optional.empty()));
  }

  /** Waits for the next answer; empty at the end of the stream, a {@link ServiceException} where it failed. */
  Optional<A> next() {
    Arrived<A> next;
    try {
      next = arrived.take();
    } catch (InterruptedException error) {
      throw ServiceException.interrupted(error);
    }
    if (next instanceof Answer<A> answer) {
      call.request(1);
      return Optional.of(answer.answer());
    }
    ((End<A>) next)
        .error()
        .ifPresent(
            error -> {
              throw ServiceException.of(error);
            });
    return Optional.empty();
  }

  /** Ends the call; one that has ended is left as it is. */
  void cancel() {
    call.cancel("the client has ended the call", null);
  }
}
