package org.ftf.resolution.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.UUID;

/** Writes bear a UUID, so that they may be repeated. */
final class RequestIds {
  private RequestIds() {}

  /** A write with a UUID; a request that is none, or that has its own, as it is. */
  @SuppressWarnings("unchecked")
  static <Q> Q withRequestId(Q request) {
    if (!(request instanceof Message message)) {
      return request;
    }
    FieldDescriptor field = message.getDescriptorForType().findFieldByName("request_id");
    if (field == null || !message.getField(field).equals("")) {
      return request;
    }
    return (Q) message.toBuilder().setField(field, UUID.randomUUID().toString()).build();
  }
}
