package org.ftf.resolution.client.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Locale;
import org.ftf.resolution.client.FieldViolation;
import org.ftf.resolution.client.ServiceException;

/** Messages and errors as the suite writes them. */
final class Json {
  private Json() {}

  /** A message in proto3 JSON. */
  static JsonElement of(Message message) {
    try {
      return JsonParser.parseString(JsonFormat.printer().print(message));
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Fills a builder from proto3 JSON; with null it stays as it is. */
  static <B extends Message.Builder> B into(B builder, JsonElement content) {
    if (content == null || content.isJsonNull()) {
      return builder;
    }
    try {
      JsonFormat.parser().merge(content.toString(), builder);
      return builder;
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalArgumentException(error);
    }
  }

  /** An error of the client. */
  static JsonObject of(Exception error) {
    JsonObject told = new JsonObject();
    String name = error.getClass().getSimpleName().replaceAll("Exception$", "");
    told.addProperty("type", name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT));
    JsonArray violations = new JsonArray();
    told.add("violations", violations);
    if (error instanceof ServiceException service) {
      told.addProperty("code", service.code().name());
      told.addProperty("reason", service.reason());
      told.addProperty("message", service.description());
      service.violations().forEach(each -> violations.add(of(each)));
      told.add("retry_after", service.retryAfter().<JsonElement>map(each -> seconds(each.toNanos())).orElse(JsonNull.INSTANCE));
    } else {
      told.addProperty("code", "");
      told.addProperty("reason", "");
      told.addProperty("message", error.getMessage());
      told.add("retry_after", JsonNull.INSTANCE);
    }
    return told;
  }

  private static JsonPrimitive seconds(long nanos) {
    return new JsonPrimitive(nanos / 1e9);
  }

  private static JsonObject of(FieldViolation violation) {
    JsonObject told = new JsonObject();
    told.addProperty("field", violation.field());
    told.addProperty("reason", violation.reason());
    told.addProperty("description", violation.description());
    return told;
  }
}
