package org.ftf.resolution.client;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.ftf.resolution.v1.ResolutionServiceGrpc;
import org.ftf.resolution.v1.ResolveRecordsRequest;
import org.ftf.resolution.v1.ResolveRecordsResponse;

/**
 * One stream of batches through {@code ResolveRecords}, over as many calls as it takes: within the credit, several in
 * flight, and after a broken connection again from the first that was not acknowledged.
 */
public final class RecordSender {
  private final ResolutionClient client;
  private final String streamId;
  private final Iterator<Batch> batches;
  private final Attempts attempts;
  private final ConcurrentLinkedDeque<Batch> sent = new ConcurrentLinkedDeque<>();
  private final Object turn = new Object();
  private volatile Optional<Throwable> failure = Optional.empty();

  /**
   * A stream that {@link #send} sends.
   *
   * @param client the connection
   * @param streamId a UUID; with the same batches under it, a stream may be sent again and nothing is doubled
   * @param batches from {@link Batches}, or the caller's own; taken in a thread of the sender, one after the other
   */
  public RecordSender(ResolutionClient client, String streamId, Iterator<Batch> batches) {
    this.client = client;
    this.streamId = streamId;
    this.batches = batches;
    this.attempts =
        new Attempts(
            client.persistence(), pause -> TimeUnit.NANOSECONDS.sleep(pause.toNanos()), System::nanoTime);
  }

  /**
   * Sends all batches; returns when the last is durable. Once only.
   *
   * @param acknowledged is told of each batch, in order, in the caller's thread
   * @param <X> what that may throw
   * @throws X what {@code acknowledged} throws, as it is; so is what the batches throw
   * @throws ServiceException when the service refuses, says nothing at all, or stays away for longer than the client's
   *     {@link Persistence} allows. What was acknowledged is stored; the stream may be sent on from the next batch
   * @throws BatchTooLargeException when a batch has more records than the service takes at once
   */
  public <X extends Exception> void send(Acknowledged<X> acknowledged) throws X {
    while (true) {
      try {
        sendInOneCall(acknowledged);
        return;
      } catch (CallersOwn own) {
        throw own.error();
      } catch (ServiceException error) {
        attempts.await(error);
      }
    }
  }

  private <X extends Exception> void sendInOneCall(Acknowledged<X> acknowledged) throws X {
    Credit credit = new Credit();
    Answers<ResolveRecordsRequest, ResolveRecordsResponse> answers = new Answers<>();
    StreamObserver<ResolveRecordsRequest> requests =
        ClientCalls.asyncBidiStreamingCall(
            client.channel().newCall(ResolutionServiceGrpc.getResolveRecordsMethod(), CallOptions.DEFAULT), answers);
    Thread writer = new Thread(() -> write(credit, requests, answers), "ftf-record-sender");
    writer.setDaemon(true);
    writer.start();
    try {
      for (var answer = next(answers); answer.isPresent(); answer = next(answers)) {
        attempts.heard();
        take(answer.get(), credit, acknowledged);
      }
    } finally {
      credit.close();
      answers.cancel();
    }
    if (!sent.isEmpty()) {
      throw ServiceException.internal("the service ended the stream before it had acknowledged all");
    }
  }

  /** The next answer. What the caller's side broke off is told by the caller's own error. */
  private Optional<ResolveRecordsResponse> next(Answers<ResolveRecordsRequest, ResolveRecordsResponse> answers) {
    try {
      Optional<ResolveRecordsResponse> answer = answers.next();
      if (answer.isEmpty()) {
        throwFailure();
      }
      return answer;
    } catch (ServiceException error) {
      throwFailure();
      throw error;
    }
  }

  private void throwFailure() {
    Throwable error = failure.orElse(null);
    if (error instanceof Error fatal) {
      throw fatal;
    }
    if (error instanceof ServiceException own) {
      throw new CallersOwn(own);
    }
    if (error != null) {
      throw (RuntimeException) error;
    }
  }

  private <X extends Exception> void take(ResolveRecordsResponse answer, Credit credit, Acknowledged<X> acknowledged)
      throws X {
    if (answer.getSequence() == 0) {
      credit.grant(answer.getCredit(), 0);
      return;
    }
    Batch due = sent.peek();
    if (due == null || due.sequence() != answer.getSequence() || due.records().size() != answer.getResultsCount()) {
      throw ServiceException.internal("the service acknowledged another message than the one due");
    }
    sent.remove();
    credit.grant(answer.getCredit(), due.records().size());
    try {
      acknowledged.acknowledged(due, answer.getResultsList());
    } catch (ServiceException own) {
      throw new CallersOwn(own);
    }
  }

  /** Writes the messages of one call, from the first that is not acknowledged; runs in a thread of its own. */
  private void write(Credit credit, StreamObserver<ResolveRecordsRequest> requests, Answers<?, ?> answers) {
    try {
      long place = 0;
      Optional<Batch> next;
      while ((next = batchAfter(place, credit)).isPresent()) {
        Batch batch = next.get();
        if (!credit.take(batch.records().size())) {
          return;
        }
        place = batch.sequence();
        requests.onNext(message(batch));
      }
      if (!credit.closed()) {
        requests.onCompleted();
      }
    } catch (InterruptedException error) {
      // Nobody else has this thread, so nobody interrupts it but the caller's batches: they want an end.
      answers.cancel();
    } catch (RuntimeException | Error error) {
      // A call that was cancelled meanwhile takes no more messages; that is no failure of the caller's side.
      if (!credit.closed()) {
        failure = failure.or(() -> Optional.of(error));
        answers.cancel();
      }
    }
  }

  private ResolveRecordsRequest message(Batch batch) {
    return ResolveRecordsRequest.newBuilder()
        .setStreamId(streamId)
        .setSequence(batch.sequence())
        .addAllRecords(batch.records())
        .build();
  }

  /** The batch after that sequence: one sent in an earlier call, or a new one; empty at the end. */
  private Optional<Batch> batchAfter(long sequence, Credit credit) {
    // A broken call's thread may still be here while the next call begins: one of them takes, in its turn.
    synchronized (turn) {
      if (credit.closed()) {
        return Optional.empty();
      }
      Optional<Batch> earlier = sent.stream().filter(each -> each.sequence() > sequence).findFirst();
      if (earlier.isPresent()) {
        return earlier;
      }
      return fresh();
    }
  }

  private Optional<Batch> fresh() {
    // They may have failed while an earlier call broke, and must not be asked again.
    throwFailure();
    try {
      if (!batches.hasNext()) {
        return Optional.empty();
      }
      Batch fresh = batches.next();
      sent.add(fresh);
      return Optional.of(fresh);
    } catch (RuntimeException | Error error) {
      failure = Optional.of(error);
      throw error;
    }
  }
}
