package org.ftf.resolution.client;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is repeated by itself: the policy that the clients of all languages share. */
final class RetryPolicy {
  /** For gRPC: which methods are tried again on UNAVAILABLE, how often, and with which pauses. */
  static final Map<String, ?> SERVICE_CONFIG = read();

  /** Attempts of one call, the first included. */
  static final int ATTEMPTS = attempts();

  private RetryPolicy() {}

  @SuppressWarnings("unchecked")
  private static Map<String, ?> read() {
    try (InputStream file = RetryPolicy.class.getResourceAsStream("service_config.json");
        Reader text = new InputStreamReader(file, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(text, Map.class);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static int attempts() {
    JsonObject config = new Gson().toJsonTree(SERVICE_CONFIG).getAsJsonObject();
    JsonObject method = config.getAsJsonArray("methodConfig").get(0).getAsJsonObject();
    return method.getAsJsonObject("retryPolicy").get("maxAttempts").getAsInt();
  }
}
