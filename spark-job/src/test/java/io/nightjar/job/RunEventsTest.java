package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.nightjar.settings.InvalidSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a catalogue of data is told of jobs. */
class RunEventsTest {

  private static final String URL = "spark.nightjar.openlineage.url=";

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  private static <T> T around(OwnerRequest request, RunEvents.Work<T> work) throws Exception {
    return RunEvents.around("score", request, new Configuration(), work);
  }

  private static List<JsonNode> events(List<String> lines) throws IOException {
    List<JsonNode> events = new CopyOnWriteArrayList<>();
    for (String line : lines) {
      events.add(new ObjectMapper().readTree(line));
    }
    return events;
  }

  /** Asserts what OpenLineage's schema wants of a RunEvent, version 2-0-2. */
  static void assertIsRunEvent(JsonNode event) {
    Set<String> names = new TreeSet<>();
    event.fieldNames().forEachRemaining(names::add);
    assertEquals(
        Set.of(
            "eventTime", "eventType", "inputs", "job", "outputs", "producer", "run", "schemaURL"),
        names);
    assertTrue(
        Set.of("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")
            .contains(event.get("eventType").asText()));
    assertFalse(Instant.parse(event.get("eventTime").asText()).isAfter(Instant.now()));
    String run = event.at("/run/runId").asText();
    assertEquals(run, UUID.fromString(run).toString());
    assertTrue(URI.create(event.get("producer").asText()).isAbsolute());
    assertEquals(
        "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        event.get("schemaURL").asText());
    assertFalse(event.at("/job/namespace").asText().isEmpty());
    assertFalse(event.at("/job/name").asText().isEmpty());
    for (String side : List.of("inputs", "outputs")) {
      assertTrue(event.get(side).isArray());
      for (JsonNode dataset : event.get(side)) {
        assertTrue(dataset.get("namespace").isTextual() && dataset.get("name").isTextual());
      }
    }
  }

  @Test
  void aFileGetsTheBeginAndTheEndOfEveryRun() throws Exception {
    Path file = directory.resolve("events.jsonl");
    ScoreRequest request = jobs.scoring("out", URL + file);

    assertEquals("done", around(request, () -> "done"));
    assertThrows(
        IOException.class,
        () ->
            around(
                request,
                () -> {
                  throw new IOException("a secret of the job");
                }));

    List<JsonNode> events = events(Files.readAllLines(file));
    assertEquals(
        List.of("START", "COMPLETE", "START", "FAIL"),
        events.stream().map(event -> event.get("eventType").asText()).toList());
    events.forEach(RunEventsTest::assertIsRunEvent);
    assertEquals(events.get(0).get("run"), events.get(1).get("run"));
    assertEquals(
        2, new TreeSet<>(events.stream().map(e -> e.at("/run/runId").asText()).toList()).size());
    JsonNode first = events.get(0);
    assertEquals("nightjar", first.at("/job/namespace").asText());
    assertEquals("nightjar score", first.at("/job/name").asText());
    assertEquals("file", first.at("/inputs/0/namespace").asText());
    assertEquals(jobs.records().toString(), first.at("/inputs/0/name").asText());
    assertEquals(directory.resolve("out").toString(), first.at("/outputs/0/name").asText());
    assertFalse(Files.readString(file).contains("secret"));
  }

  @Test
  void aServerGetsThem() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/lineage",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(201, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://localhost:%d/api/v1/lineage".formatted(server.getAddress().getPort());

      around(jobs.scoring("out", URL + url), () -> "done");

      List<JsonNode> events = events(bodies);
      assertEquals(2, events.size());
      events.forEach(RunEventsTest::assertIsRunEvent);
    } finally {
      server.stop(0);
    }
    assertEquals(
        "still done",
        around(
            jobs.scoring("out", URL + "http://localhost:" + server.getAddress().getPort()),
            () -> "still done"),
        "a job does not fail because nobody listens");
  }

  @Test
  void otherPlacesAreRefused() {
    for (String place : List.of("ftp://host/events", "s3a://bucket/events")) {
      InvalidSettingException refused =
          assertThrows(
              InvalidSettingException.class,
              () -> around(jobs.scoring("out", URL + place), () -> "done"));
      assertTrue(refused.getMessage().contains("openlineage.url"), refused.getMessage());
    }
  }
}
