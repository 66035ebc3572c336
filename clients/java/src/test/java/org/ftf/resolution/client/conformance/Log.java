package org.ftf.resolution.client.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ftf.resolution.client.CursorStore;
import org.ftf.resolution.v1.Decision;

/** A cursor store: a file of lines, each the cursor and the decision that was handled with it. */
final class Log implements CursorStore<Exception>, AutoCloseable {
  private static final Gson WITH_NULLS = new GsonBuilder().serializeNulls().create();

  private final FileChannel file;
  private String cursor = "";
  private JsonElement handled = JsonNull.INSTANCE;

  /** Opens the file, and cuts off what stands after its last whole line. */
  Log(Path path) throws IOException {
    byte[] content = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
    int whole = content.length;
    while (whole > 0 && content[whole - 1] != '\n') {
      whole--;
    }
    String lines = new String(content, 0, whole, StandardCharsets.UTF_8);
    if (whole > 0) {
      String last = lines.substring(lines.lastIndexOf('\n', lines.length() - 2) + 1);
      cursor = JsonParser.parseString(last).getAsJsonObject().get("cursor").getAsString();
    }
    file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    file.truncate(whole);
    file.position(whole);
  }

  void handle(Decision decision) {
    handled = Json.of(decision);
  }

  @Override
  public String load() {
    return cursor;
  }

  @Override
  public void keep(String next, Effect<Exception> effect) throws Exception {
    handled = JsonNull.INSTANCE;
    effect.run();
    JsonObject line = new JsonObject();
    line.addProperty("cursor", next);
    line.add("decision", handled);
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(WITH_NULLS.toJson(line) + "\n");
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
    file.force(true);
    cursor = next;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
