package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With one variable of the environment, all that scripts and commands log is lines of JSON. */
class JsonLogsIT {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @TempDir private Path directory;

  private Script json(String script) {
    return Script.named(script, directory).with("NIGHTJAR_LOG", "json");
  }

  private static List<JsonNode> events(Script.Result run) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : run.err().lines().toList()) {
      JsonNode event = JSON.readTree(line);
      Set<String> names = new TreeSet<>();
      event.fieldNames().forEachRemaining(names::add);
      assertTrue(names.containsAll(Set.of("ts", "level", "msg", "logger")), line);
      assertTrue(event.get("ts").asText().matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"), line);
      events.add(event);
    }
    return events;
  }

  private static boolean says(List<JsonNode> events, String logger, String level, String text) {
    return events.stream()
        .anyMatch(
            event ->
                event.get("logger").asText().equals(logger)
                    && event.get("level").asText().equals(level)
                    && event.get("msg").asText().contains(text));
  }

  /** One run of a night that goes well: the script's lines, the driver's, and those of tasks. */
  @Test
  void everyLineOfANightIsAnEvent() throws Exception {
    Path partition = Files.createDirectories(directory.resolve("in/date=2026-05-04"));
    Path data = Script.ROOT.resolve("data");
    try (var rows = Files.lines(data.resolve("readmission/test.csv"))) {
      Files.write(partition.resolve("records.csv"), rows.limit(30).toList());
    }
    String[] night = {
      "--date",
      "2026-05-04",
      "--input-root",
      directory.resolve("in").toString(),
      "--output-root",
      directory.resolve("out").toString(),
      "--model",
      data.resolve("models/readmission-mlp").toString(),
      "--",
      "--samples",
      "1",
      "--master",
      "local[1]"
    };

    List<JsonNode> events = events(json("nightly.sh").run(night).exits(0));

    assertTrue(says(events, "nightly.sh", "INFO", "done: "), events::toString);
    Script.Result again = json("nightly.sh").run(night).exits(0);
    assertEquals("nothing-to-do", JSON.readTree(again.out()).get("status").asText());
    assertTrue(
        says(events(again), "ScoreJob", "INFO", "Nothing to do"), "an event of the job's own log");
  }

  @Test
  void whatACommandRefusesIsOneEventToo() throws Exception {
    List<JsonNode> misused = events(json("nightjar").run("doctor", "--no-such").exits(2));
    List<JsonNode> missing =
        events(json("nightjar").run("plan", "--model", "no \"such\" model").exits(2));

    assertEquals(1, misused.size());
    assertTrue(says(misused, "ErrorLines", "ERROR", "--no-such"), misused::toString);
    assertEquals(1, missing.size());
    assertTrue(says(missing, "ErrorLines", "ERROR", "no \"such\" model"), missing::toString);
    assertFalse(missing.get(0).has("exception"), "it says all that there is to say");
  }

  @Test
  void whatToDoNextIsAnEventToo() throws Exception {
    String model = Script.ROOT.resolve("data/models/readmission-mlp").toString();

    List<JsonNode> events = events(json("nightjar").run("plan", "--model", model).exits(0));

    assertTrue(says(events, "ErrorLines", "INFO", "Next: "), events::toString);
  }

  @Test
  void whatAScriptRefusesIsOneEventToo() throws Exception {
    List<JsonNode> events = events(json("submit-standalone.sh").run("--no-such", "x").exits(2));

    assertTrue(
        says(events, "submit-standalone.sh", "ERROR", "unknown option '--no-such'"),
        events::toString);
  }

  @Test
  void anotherFormIsRefused() throws Exception {
    Script.Result run =
        Script.named("nightjar", directory).with("NIGHTJAR_LOG", "xml").run("--version").exits(2);

    assertEquals("nightjar: NIGHTJAR_LOG is 'xml': it must be text or json\n", run.err());
  }

  @Test
  void executorsGetSparksOwnLinesOfJson() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("spark/bin"));
    Script.write(bin.resolve("spark-submit"), "exit 1\n");
    Script.Result run =
        json("submit-yarn.sh")
            .with("HADOOP_CONF_DIR", directory.toString())
            .with("SPARK_HOME", directory.resolve("spark").toString())
            .run(
                "--dry-run",
                "--exchange",
                "hdfs:///x",
                "--memory-overhead",
                "1g",
                "--",
                "--model",
                "m",
                "--input",
                "i",
                "--output",
                "o")
            .exits(0);

    assertTrue(run.out().contains(" spark.log.structuredLogging.enabled=true "), run.out());
    assertTrue(
        run.out()
            .contains("log4j2.properties,%s/conf/log4j2-json.properties".formatted(Script.ROOT)),
        run.out());
    assertTrue(run.out().contains("-Dnightjar.log=json"), run.out());
  }
}
