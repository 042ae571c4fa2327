package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.testing.Slow;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelBenchCommandTest {

  private static final List<String> FIGURES =
      List.of(
          "nanosPerProduct",
          "naiveSealNanosPerProduct",
          "ratioToNaiveSeal",
          "macsPerSecond",
          "ceilingMacsPerSecond",
          "fractionOfCeiling");

  @Slow
  @Test
  void measuresFourLayersEachBesideTheNaiveProgramAndTheCeiling() throws Exception {
    CommandRun run = CommandRun.of("bench", "kernel", "--json", "--rounds", "1");

    assertEquals(0, run.exitCode(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(4, lines.size());
    for (String line : lines) {
      JsonNode result = new ObjectMapper().readTree(line);
      for (String figure : FIGURES) {
        assertTrue(result.get(figure).asDouble() > 0, figure + " in " + line);
      }
    }
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertEquals(2048, first.get("ringDegree").asInt());
    assertEquals("[44]", first.get("primeBits").toString());
    assertEquals(128, first.get("rows").asInt());
    assertEquals(784, first.get("columns").asInt());
    assertEquals(1, first.get("threads").asInt());
  }

  @Test
  void refusesAnUnknownKernelInOneLine() {
    CommandRun run = CommandRun.of("bench", "kernel", "--kernel", "abacus");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().startsWith("nightjar: Kernel 'abacus' is not available"), run.err());
    assertEquals("", run.out());
  }

  @Test
  void refusesRoundsOutOfRange() {
    CommandRun run = CommandRun.of("bench", "kernel", "--rounds", "0");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("--rounds must be from 1 to 1000, not 0"), run.err());
  }
}
