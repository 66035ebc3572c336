package org.ftf.resolution.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A connection to the service. Safe for use by many threads; make one and keep it.
 *
 * <pre>{@code
 * try (ResolutionClient client = ResolutionClient.to("resolver.example:443")
 *     .tls(new Tls(authority, certificate, key)).purpose("identify").caseReference("case 7").connect()) {
 *   Decision receipt = client.call(ResolutionServiceGrpc.getResolveRecordMethod(), request);
 * }
 * }</pre>
 */
public final class ResolutionClient implements AutoCloseable {
  private final ManagedChannel connection;
  private final Channel channel;
  private final Duration timeout;
  private final Persistence persistence;
  private final String purpose;

  ResolutionClient(
      ManagedChannel connection, String purpose, String caseReference, Duration timeout, Persistence persistence) {
    this.connection = connection;
    this.purpose = purpose;
    this.timeout = timeout;
    this.persistence = persistence;
    this.channel =
        ClientInterceptors.intercept(connection, new CallDefaults(connection, purpose, caseReference, timeout));
  }

  /**
   * Begins a client.
   *
   * @param address {@code host:port}
   * @return what is needed to connect
   */
  public static Connecting to(String address) {
    return new Connecting(address);
  }

  /**
   * The same connection for another case. It is closed with this one.
   *
   * @param another the case reference of its calls
   * @return a client with the same purpose
   */
  public ResolutionClient forCase(String another) {
    return forCase(another, purpose);
  }

  /**
   * The same connection for another case and purpose. It is closed with this one.
   *
   * @param another the case reference of its calls
   * @param why the purpose of its calls, one of the contract's
   * @return a client
   */
  public ResolutionClient forCase(String another, String why) {
    return new ResolutionClient(connection, why, another, timeout, persistence);
  }

  /**
   * Makes a unary call, with the client's timeout.
   *
   * @param method any unary method of the contract, as {@code RecordServiceGrpc.getGetRecordMethod()}
   * @param request what to send; a write without {@code request_id} is sent with a UUID, in all attempts the same
   * @param <Q> the request
   * @param <A> the answer
   * @return the answer
   * @throws ServiceException when the service refuses or cannot be reached
   */
  public <Q extends Message, A extends Message> A call(MethodDescriptor<Q, A> method, Q request) {
    return call(method, request, timeout);
  }

  /**
   * Makes a unary call. It is repeated where that is safe: on {@code UNAVAILABLE} as the retry policy says, and after the
   * pause that a full service asks for; four attempts in all.
   *
   * @param method any unary method of the contract
   * @param request what to send; a write without {@code request_id} is sent with a UUID, in all attempts the same
   * @param within for all attempts together
   * @param <Q> the request
   * @param <A> the answer
   * @return the answer
   * @throws ServiceException when the service refuses or cannot be reached
   */
  public <Q extends Message, A extends Message> A call(MethodDescriptor<Q, A> method, Q request, Duration within) {
    Q named = RequestIds.withRequestId(request);
    Deadline deadline = Deadline.after(within.toNanos(), TimeUnit.NANOSECONDS);
    CallOptions options = CallOptions.DEFAULT.withDeadline(deadline);
    for (int attempt = 1; ; attempt++) {
      try {
        return ClientCalls.blockingUnaryCall(channel, method, options, named);
      } catch (StatusRuntimeException error) {
        ServiceException told = ServiceException.of(error);
        Optional<Duration> pause =
            told instanceof ServiceException.Overloaded ? told.retryAfter() : Optional.empty();
        long left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
        if (attempt == RetryPolicy.ATTEMPTS || pause.filter(each -> each.toNanos() < left).isEmpty()) {
          throw told;
        }
        sleep(pause.get());
      }
    }
  }

  /**
   * Every page of a list, from the request's own page token on. The first is read at once, the others as they are asked
   * for.
   *
   * @param method a method that lists, as {@code DecisionServiceGrpc.getListDecisionsMethod()}
   * @param request the first page
   * @param <Q> the request
   * @param <A> the page
   * @return the pages, in order; reading them throws {@link ServiceException}
   */
  public <Q extends Message, A extends Message> Stream<A> pages(MethodDescriptor<Q, A> method, Q request) {
    return Stream.iterate(call(method, request), Objects::nonNull, page -> pageAfter(method, request, page));
  }

  /**
   * The channel of generated stubs, for calls that are not waited for. They carry purpose and case reference, have the
   * client's deadline, and writes get a {@code request_id}; what they throw, {@link ServiceException#of(Throwable)} types.
   *
   * @return a channel that is open as long as this client
   */
  public Channel channel() {
    return channel;
  }

  /** Ends the connection, and what is under way on it. */
  @Override
  public void close() {
    connection.shutdownNow();
  }

  Persistence persistence() {
    return persistence;
  }

  @SuppressWarnings("unchecked")
  private <Q extends Message, A extends Message> A pageAfter(MethodDescriptor<Q, A> method, Q request, A page) {
    Object token = page.getField(field(page, "next_page_token"));
    if (token.equals("")) {
      return null;
    }
    return call(method, (Q) request.toBuilder().setField(field(request, "page_token"), token).build());
  }

  private static FieldDescriptor field(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalArgumentException(message.getDescriptorForType().getName() + " is not of a list");
    }
    return field;
  }

  private static void sleep(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    } catch (InterruptedException error) {
      throw ServiceException.interrupted(error);
    }
  }
}
