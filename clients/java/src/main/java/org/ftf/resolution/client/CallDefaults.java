package org.ftf.resolution.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What every call carries: purpose and case reference, a deadline, a request id. */
final class CallDefaults implements ClientInterceptor {
  private static final Metadata.Key<String> PURPOSE = Metadata.Key.of("x-purpose", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> CASE =
      Metadata.Key.of("x-case-reference", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel connection;
  private final String purpose;
  private final String caseReference;
  private final Duration timeout;

  CallDefaults(ManagedChannel connection, String purpose, String caseReference, Duration timeout) {
    this.connection = connection;
    this.purpose = purpose;
    this.caseReference = caseReference;
    this.timeout = timeout;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions given, Channel next) {
    // The service may have been restarted: gRPC's own pauses between connections grow to minutes.
    if (connection.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      connection.resetConnectBackoff();
    }
    return new SimpleForwardingClientCall<>(next.newCall(method, withDeadline(method.getType(), given))) {
      @Override
      public void start(Listener<A> answers, Metadata metadata) {
        putIfAbsent(metadata, PURPOSE, purpose);
        putIfAbsent(metadata, CASE, caseReference);
        super.start(answers, metadata);
      }

      @Override
      public void sendMessage(Q request) {
        super.sendMessage(RequestIds.withRequestId(request));
      }
    };
  }

  private CallOptions withDeadline(MethodType type, CallOptions given) {
    if (type != MethodType.UNARY || given.getDeadline() != null) {
      return given;
    }
    return given.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void putIfAbsent(Metadata metadata, Metadata.Key<String> key, String value) {
    if (!metadata.containsKey(key)) {
      metadata.put(key, value);
    }
  }
}
