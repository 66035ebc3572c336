package org.ftf.resolution.client.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ftf.resolution.client.Batches;
import org.ftf.resolution.client.Connecting;
import org.ftf.resolution.client.FeedFollower;
import org.ftf.resolution.client.Persistence;
import org.ftf.resolution.client.PlainTextRefusedException;
import org.ftf.resolution.client.RecordSender;
import org.ftf.resolution.client.ResolutionClient;
import org.ftf.resolution.client.ServiceException;
import org.ftf.resolution.client.Tls;
import org.ftf.resolution.v1.AcknowledgeDecisionsRequest;
import org.ftf.resolution.v1.ConsumerServiceGrpc;
import org.ftf.resolution.v1.CreateConsumerRequest;
import org.ftf.resolution.v1.Decision;
import org.ftf.resolution.v1.DecisionServiceGrpc;
import org.ftf.resolution.v1.GetRecordRequest;
import org.ftf.resolution.v1.ListDecisionsRequest;
import org.ftf.resolution.v1.ListDecisionsResponse;
import org.ftf.resolution.v1.Record;
import org.ftf.resolution.v1.RecordServiceGrpc;
import org.ftf.resolution.v1.ResolutionServiceGrpc;
import org.ftf.resolution.v1.ResolveRecordRequest;
import org.ftf.resolution.v1.ResolveRecordsResult;
import org.ftf.resolution.v1.WatchDecisionsRequest;
import org.ftf.resolution.v1.WithdrawRecordRequest;

/** The driver of this client in the conformance suite; clients/conformance/README.md says what it has to do. */
public final class Driver {
  private static final Gson WITH_NULLS = new GsonBuilder().serializeNulls().create();

  private ResolutionClient client;
  private Duration timeout;

  private Driver() {}

  /**
   * One answer for each line of standard input.
   *
   * @param arguments none
   * @throws Exception a fault of the driver, which ends it
   */
  public static void main(String[] arguments) throws Exception {
    Driver driver = new Driver();
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream outcomes = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      outcomes.println(WITH_NULLS.toJson(driver.outcome(JsonParser.parseString(line).getAsJsonObject())));
    }
    if (driver.client != null) {
      driver.client.close();
    }
  }

  private JsonObject outcome(JsonObject request) throws Exception {
    JsonObject outcome = new JsonObject();
    try {
      outcome.add("ok", answer(request.remove("operation").getAsString(), request));
    } catch (ServiceException | PlainTextRefusedException | HandlerFailedException error) {
      outcome.add("error", Json.of(error));
    }
    return outcome;
  }

  private JsonObject answer(String operation, JsonObject inputs) throws Exception {
    return switch (operation) {
      case "connect" -> connect(inputs);
      case "resolve" -> resolve(inputs);
      case "withdraw" -> withdraw(inputs);
      case "get_record" -> getRecord(inputs);
      case "list_decisions" -> listDecisions(inputs);
      case "send" -> send(inputs);
      case "follow" -> follow(inputs);
      case "create_consumer" -> createConsumer(inputs);
      case "acknowledge" -> acknowledge(inputs);
      default -> throw new IllegalArgumentException("no operation " + operation);
    };
  }

  private JsonObject connect(JsonObject inputs) {
    if (client != null) {
      client.close();
    }
    timeout = given(inputs, "timeout").map(Driver::seconds).orElse(Duration.ofSeconds(30));
    Duration patience = given(inputs, "patience").map(Driver::seconds).orElse(Duration.ofSeconds(20));
    Duration pause = given(inputs, "pause").map(Driver::seconds).orElse(Duration.ofMillis(50));
    Connecting connecting =
        ResolutionClient.to(inputs.get("address").getAsString())
            .purpose(given(inputs, "purpose").map(JsonElement::getAsString).orElse("identify"))
            .caseReference(given(inputs, "case_reference").map(JsonElement::getAsString).orElse("conformance"))
            .timeout(timeout)
            .persistence(new Persistence(patience, pause));
    given(inputs, "tls").map(JsonElement::getAsJsonObject).map(Driver::tls).ifPresent(connecting::tls);
    client = connecting.connect();
    return new JsonObject();
  }

  private JsonObject resolve(JsonObject inputs) {
    Duration within = given(inputs, "timeout").map(Driver::seconds).orElse(timeout);
    inputs.remove("timeout");
    ResolveRecordRequest request = Json.into(ResolveRecordRequest.newBuilder(), inputs).build();
    Decision decision = client.call(ResolutionServiceGrpc.getResolveRecordMethod(), request, within);
    return named("decision", Json.of(decision));
  }

  private JsonObject withdraw(JsonObject inputs) {
    WithdrawRecordRequest request = Json.into(WithdrawRecordRequest.newBuilder(), inputs).build();
    return named("decision", Json.of(client.call(ResolutionServiceGrpc.getWithdrawRecordMethod(), request)));
  }

  private JsonObject getRecord(JsonObject inputs) {
    GetRecordRequest request = Json.into(GetRecordRequest.newBuilder(), inputs).build();
    return named("record", Json.of(client.call(RecordServiceGrpc.getGetRecordMethod(), request)));
  }

  private JsonObject listDecisions(JsonObject inputs) {
    ListDecisionsRequest request = Json.into(ListDecisionsRequest.newBuilder(), inputs).build();
    List<ListDecisionsResponse> pages = client.pages(DecisionServiceGrpc.getListDecisionsMethod(), request).toList();
    JsonArray decisions = new JsonArray();
    pages.forEach(page -> page.getDecisionsList().forEach(each -> decisions.add(Json.of(each))));
    JsonObject found = named("decisions", decisions);
    found.addProperty("pages", pages.size());
    return found;
  }

  private JsonObject send(JsonObject inputs) {
    List<Record> records = new ArrayList<>();
    inputs.getAsJsonArray("records").forEach(each -> records.add(Json.into(Record.newBuilder(), each).build()));
    JsonArray results = new JsonArray();
    AtomicLong acknowledged = new AtomicLong();
    Batches batches = Batches.of(records, inputs.get("batch_size").getAsInt(), 1);
    new RecordSender(client, inputs.get("stream_id").getAsString(), batches)
        .send(
            (batch, answers) -> {
              answers.forEach(each -> results.add(result(each)));
              acknowledged.set(batch.sequence());
            });
    JsonObject done = named("results", results);
    done.addProperty("acknowledged", acknowledged.get());
    return done;
  }

  private JsonObject follow(JsonObject inputs) throws Exception {
    int stopAfter = given(inputs, "stop_after").map(JsonElement::getAsInt).orElse(0);
    int failAt = given(inputs, "fail_at").map(JsonElement::getAsInt).orElse(0);
    boolean stopAtEnd = given(inputs, "stop_at_end").map(JsonElement::getAsBoolean).orElse(false);
    WatchDecisionsRequest request = Json.into(WatchDecisionsRequest.newBuilder(), inputs.get("request")).build();
    AtomicInteger delivered = new AtomicInteger();
    try (Log log = new Log(Path.of(inputs.get("store").getAsString()))) {
      FeedFollower<Exception> follower = new FeedFollower<>(client, log, request);
      var handler =
          new Object() {
            void handle(Decision decision) {
              int number = delivered.incrementAndGet();
              if (number == failAt) {
                throw new HandlerFailedException();
              }
              log.handle(decision);
              if (number == stopAfter) {
                follower.stop();
              }
            }
          };
      if (stopAtEnd) {
        follower.followToTheEnd(handler::handle);
      } else {
        follower.follow(handler::handle);
      }
    }
    JsonObject done = new JsonObject();
    done.addProperty("delivered", delivered.get());
    return done;
  }

  private JsonObject createConsumer(JsonObject inputs) {
    CreateConsumerRequest request = Json.into(CreateConsumerRequest.newBuilder(), inputs.get("request")).build();
    return named("consumer", Json.of(client.call(ConsumerServiceGrpc.getCreateConsumerMethod(), request)));
  }

  private JsonObject acknowledge(JsonObject inputs) {
    AcknowledgeDecisionsRequest request =
        Json.into(AcknowledgeDecisionsRequest.newBuilder(), inputs.get("request")).build();
    return named(
        "acknowledgement", Json.of(client.call(DecisionServiceGrpc.getAcknowledgeDecisionsMethod(), request)));
  }

  private static JsonObject result(ResolveRecordsResult result) {
    return result.hasError()
        ? named("error", Json.of(ServiceException.of(result.getError())))
        : named("decision", Json.of(result.getDecision()));
  }

  private static Tls tls(JsonObject files) {
    return new Tls(path(files, "authority"), path(files, "certificate"), path(files, "key"));
  }

  private static Path path(JsonObject files, String name) {
    return Path.of(files.get(name).getAsString());
  }

  private static Optional<JsonElement> given(JsonObject inputs, String name) {
    return Optional.ofNullable(inputs.get(name)).filter(each -> !each.isJsonNull());
  }

  private static Duration seconds(JsonElement number) {
    return Duration.ofNanos(Math.round(number.getAsDouble() * 1e9));
  }

  private static JsonObject named(String name, JsonElement content) {
    JsonObject object = new JsonObject();
    object.add(name, content);
    return object;
  }
}
