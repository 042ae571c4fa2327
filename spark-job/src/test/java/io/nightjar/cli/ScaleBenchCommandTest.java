package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.testing.Slow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleBenchCommandTest {

  private static final String MODEL = "../data/models/digits-mlp";

  private static List<JsonNode> ofKind(String kind, List<JsonNode> lines) {
    return lines.stream().filter(line -> line.get("kind").asText().equals(kind)).toList();
  }

  @Slow
  @Test
  void jobsAreForetoldFromWhatWasMeasured() throws Exception {
    CommandRun run =
        CommandRun.of(
            "bench",
            "scale",
            "--model",
            MODEL,
            "--batches",
            "4",
            "--warm-up",
            "1",
            "--rounds",
            "1",
            "--json");

    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
      for (String name : List.of("model", "samples", "protocol", "threads")) {
        assertTrue(lines.get(lines.size() - 1).has(name), line);
      }
    }
    assertEquals(4, ofKind("measured", lines).size());
    for (JsonNode measured : ofKind("measured", lines)) {
      assertTrue(measured.get("recordsPerSecond").asDouble() > 0, measured::toString);
      assertEquals(
          measured.get("foretoldRecordsPerSecond").asDouble()
                  / measured.get("recordsPerSecond").asDouble()
              - 1,
          measured.get("error").asDouble(),
          1e-9);
    }
    JsonNode costs = ofKind("parts", lines).get(0).get("costs");
    costs.forEach(cost -> assertTrue(cost.asDouble() >= 0, costs::toString));
    assertTrue(costs.get("ownerSecondsPerBatch").asDouble() > 0);
    assertTrue(costs.get("executorSecondsPerBatch").asDouble() > 0);
    assertTrue(costs.get("sectionBytes").asDouble() > 100);
    assertForetold(ofKind("foretold", lines));
  }

  /** Ten times the records take about ten times as long where there are waves enough. */
  private static void assertForetold(List<JsonNode> lines) {
    assertEquals(16, lines.size());
    double before = 0;
    for (JsonNode line : lines) {
      if (line.get("ownerCores").asInt() == 1 && line.get("executorCores").asInt() == 1) {
        double hours = line.get("hours").asDouble();
        if (line.get("records").asLong() > 10_000_000) {
          assertEquals(10, hours / before, 0.5, line::toString);
        }
        before = hours;
      }
      assertTrue(line.get("manifests").asLong() >= 2 * line.get("waves").asLong(), line::toString);
      assertTrue(line.get("files").asLong() >= line.get("manifests").asLong(), line::toString);
    }
  }

  @Test
  void badInputIsToldInOneLine() {
    CommandRun run = CommandRun.of("bench", "scale", "--model", MODEL, "--batches", "0");
    assertEquals(ExitCode.BAD_INPUT, run.exitCode());
    assertTrue(run.err().contains("--batches must be from 1 to 10000, not 0"), run.err());
  }
}
