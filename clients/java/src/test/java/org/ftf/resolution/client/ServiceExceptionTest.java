package org.ftf.resolution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceExceptionTest {
  @ParameterizedTest
  @EnumSource(value = Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
  void everyStatusHasAType(Code code) {
    ServiceException error = ServiceException.of(Status.newBuilder().setCode(code.value()).setMessage("made up").build());
    assertEquals(code, error.code());
    assertEquals("made up", error.description());
    assertEquals("", error.reason());
    assertEquals(List.of(), error.violations());
    assertEquals(Optional.empty(), error.retryAfter());
    EnumSet<Code> faults = EnumSet.of(Code.UNKNOWN, Code.INTERNAL, Code.DATA_LOSS);
    assertEquals(faults.contains(code), error instanceof ServiceException.Internal);
  }

  @Test
  void aStatusThatNoVersionOfGrpcKnowsIsStillAnError() {
    assertEquals(Code.UNKNOWN, ServiceException.of(Status.newBuilder().setCode(99).build()).code());
  }

  @Test
  void whereDetailsAndStatusDisagreeTheStatusOfTheCallCounts() {
    Metadata trailers = new Metadata();
    byte[] details = Status.newBuilder().setCode(Code.NOT_FOUND.value()).setMessage("made up").build().toByteArray();
    trailers.put(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER), details);
    StatusRuntimeException thrown = new StatusRuntimeException(io.grpc.Status.UNAVAILABLE, trailers);
    ServiceException error = assertInstanceOf(ServiceException.Unreachable.class, ServiceException.of(thrown));
    assertEquals("no details", error.description());
    assertTrue(error.passes());
  }
}
