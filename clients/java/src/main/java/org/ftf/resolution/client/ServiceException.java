package org.ftf.resolution.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call failed: the service refused, or the way to it. Which of the types it is, says what to do.
 *
 * <table>
 * <caption>The types</caption>
 * <tr><td>{@link InvalidInput}</td><td>the request is wrong in the fields named</td></tr>
 * <tr><td>{@link NotFound}</td><td>there is no such thing</td></tr>
 * <tr><td>{@link AlreadyExists}</td><td>it is there already</td></tr>
 * <tr><td>{@link Conflict}</td><td>not in the version that was expected: read again, then decide</td></tr>
 * <tr><td>{@link Refused}</td><td>does not fit what is there</td></tr>
 * <tr><td>{@link Overloaded}</td><td>the service has too much to do, or was asked for too much</td></tr>
 * <tr><td>{@link Unreachable}</td><td>nobody answers: absent, stopping, a wrong certificate</td></tr>
 * <tr><td>{@link DeadlineExceeded}</td><td>the answer did not come in time; whether it was done is not known</td></tr>
 * <tr><td>{@link Unauthenticated}</td><td>the certificate does not say who calls</td></tr>
 * <tr><td>{@link PermissionDenied}</td><td>the caller may not</td></tr>
 * <tr><td>{@link Unsupported}</td><td>the server is older than this client and does not know the method</td></tr>
 * <tr><td>{@link Cancelled}</td><td>given up by the caller, or its thread was interrupted</td></tr>
 * <tr><td>{@link Internal}</td><td>a fault of the service, or an answer that breaks the contract</td></tr>
 * </table>
 */
public abstract sealed class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** gRPC's status code. */
  private final Code code;

  /** All that was sent. */
  private final transient Status status;

  private ServiceException(Code code, Status status, Throwable cause) {
    super(told(code, status), cause);
    this.code = code;
    this.status = status;
  }

  /** The request is wrong in the fields named; nothing was stored. */
  public static final class InvalidInput extends ServiceException {
    private static final long serialVersionUID = 1;

    private InvalidInput(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** There is no such thing. */
  public static final class NotFound extends ServiceException {
    private static final long serialVersionUID = 1;

    private NotFound(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** It is there already. */
  public static final class AlreadyExists extends ServiceException {
    private static final long serialVersionUID = 1;

    private AlreadyExists(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** The resource is not in the version that was expected. */
  public static final class Conflict extends ServiceException {
    private static final long serialVersionUID = 1;

    private Conflict(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** What is asked for does not fit what is there; nothing was stored. */
  public static final class Refused extends ServiceException {
    private static final long serialVersionUID = 1;

    private Refused(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** The service has too much to do, or was asked for too much; nothing was stored. */
  public static final class Overloaded extends ServiceException {
    private static final long serialVersionUID = 1;

    private Overloaded(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** Nobody answers. A wrong certificate looks like an absent service: TLS tells a client no more. */
  public static final class Unreachable extends ServiceException {
    private static final long serialVersionUID = 1;

    private Unreachable(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** The answer did not come in time; whether it was done is not known. */
  public static final class DeadlineExceeded extends ServiceException {
    private static final long serialVersionUID = 1;

    private DeadlineExceeded(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** The certificate does not say who calls. */
  public static final class Unauthenticated extends ServiceException {
    private static final long serialVersionUID = 1;

    private Unauthenticated(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** The caller may not. */
  public static final class PermissionDenied extends ServiceException {
    private static final long serialVersionUID = 1;

    private PermissionDenied(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** The server is older than this client and does not know the method. */
  public static final class Unsupported extends ServiceException {
    private static final long serialVersionUID = 1;

    private Unsupported(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** The caller gave up. Where its thread was interrupted, it still is. */
  public static final class Cancelled extends ServiceException {
    private static final long serialVersionUID = 1;

    private Cancelled(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /** A fault of the service, or an answer that breaks the contract. */
  public static final class Internal extends ServiceException {
    private static final long serialVersionUID = 1;

    private Internal(Code code, Status status, Throwable cause) {
      super(code, status, cause);
    }
  }

  /**
   * The typed error of a {@code google.rpc.Status}, as in the results of a stream.
   *
   * @param status what was sent; a code that is none becomes {@code UNKNOWN}
   * @return the error, to look at or to throw
   */
  public static ServiceException of(Status status) {
    return of(io.grpc.Status.fromCodeValue(status.getCode()).getCode(), status, null);
  }

  /**
   * The typed error of a call that was made with a generated stub.
   *
   * @param error what the stub threw
   * @return the error, with what was thrown as its cause
   */
  public static ServiceException of(Throwable error) {
    io.grpc.Status call = io.grpc.Status.fromThrowable(error);
    return of(call.getCode(), sent(error).orElseGet(() -> bare(call)), error);
  }

  static ServiceException internal(String message) {
    return of(bare(io.grpc.Status.INTERNAL.withDescription(message)));
  }

  /** The error of an interrupted wait; the thread stays interrupted. */
  static ServiceException interrupted(InterruptedException error) {
    Thread.currentThread().interrupt();
    return new Cancelled(Code.CANCELLED, bare(io.grpc.Status.CANCELLED.withDescription("interrupted")), error);
  }

  private static ServiceException of(Code code, Status status, Throwable cause) {
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> new InvalidInput(code, status, cause);
      case NOT_FOUND -> new NotFound(code, status, cause);
      case ALREADY_EXISTS -> new AlreadyExists(code, status, cause);
      case ABORTED -> new Conflict(code, status, cause);
      case FAILED_PRECONDITION -> new Refused(code, status, cause);
      case RESOURCE_EXHAUSTED -> new Overloaded(code, status, cause);
      case UNAVAILABLE -> new Unreachable(code, status, cause);
      case DEADLINE_EXCEEDED -> new DeadlineExceeded(code, status, cause);
      case UNAUTHENTICATED -> new Unauthenticated(code, status, cause);
      case PERMISSION_DENIED -> new PermissionDenied(code, status, cause);
      case UNIMPLEMENTED -> new Unsupported(code, status, cause);
      case CANCELLED -> new Cancelled(code, status, cause);
      case OK, UNKNOWN, INTERNAL, DATA_LOSS -> new Internal(code, status, cause);
    };
  }

  /**
   * gRPC's status code.
   *
   * @return never {@code OK} in an error of the service
   */
  public final Code code() {
    return code;
  }

  /**
   * The name of an {@code ErrorReason} of the contract without its prefix, as it was sent.
   *
   * @return one that this client may not know, from a newer service; empty when the error is not the service's own
   */
  public final String reason() {
    return detail(status, ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
  }

  /**
   * The service's sentence, without personal data.
   *
   * @return the sentence alone, where {@link #getMessage} has code and reason before it
   */
  public final String description() {
    return status.getMessage();
  }

  /**
   * The wrong fields.
   *
   * @return empty when none is named
   */
  public final List<FieldViolation> violations() {
    return detail(status, BadRequest.class).stream()
        .flatMap(each -> each.getFieldViolationsList().stream())
        .map(each -> new FieldViolation(each.getField(), each.getReason(), each.getDescription()))
        .toList();
  }

  /**
   * After how long the service asks to try again.
   *
   * @return empty when it does not
   */
  public final Optional<Duration> retryAfter() {
    return detail(status, RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
  }

  /**
   * All that was sent, for details that are not here.
   *
   * @return a status with code and message at least
   */
  public final Status status() {
    return status;
  }

  /**
   * Whether the same may succeed later.
   *
   * @return true when the service is away, slow, or full and says when to come again
   */
  public final boolean passes() {
    return this instanceof Unreachable
        || this instanceof DeadlineExceeded
        || (this instanceof Overloaded && retryAfter().isPresent());
  }

  /** The status that came with an error; none where its details and the status of the call do not agree. */
  private static Optional<Status> sent(Throwable error) {
    try {
      return Optional.ofNullable(StatusProto.fromThrowable(error));
    } catch (IllegalArgumentException disagreement) {
      return Optional.empty();
    }
  }

  private static Status bare(io.grpc.Status status) {
    String message = Optional.ofNullable(status.getDescription()).orElse("no details");
    return Status.newBuilder().setCode(status.getCode().value()).setMessage(message).build();
  }

  private static String told(Code code, Status status) {
    String reason = detail(status, ErrorInfo.class).map(each -> " (" + each.getReason() + ")").orElse("");
    return code + reason + ": " + status.getMessage();
  }

  private static <M extends Message> Optional<M> detail(Status status, Class<M> kind) {
    for (Any packed : status.getDetailsList()) {
      if (packed.is(kind)) {
        try {
          return Optional.of(packed.unpack(kind));
        } catch (InvalidProtocolBufferException error) {
          // Damaged details are none; code and message stand.
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
