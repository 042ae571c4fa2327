package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ModelWriter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {

  @TempDir private Path directory;

  @BeforeEach
  void writeModel() throws IOException {
    Architecture architecture =
        new Architecture(
            "small",
            Task.CLASSIFICATION,
            new InputSpec(Shape.flat(4), new Range(0, 1), List.of()),
            List.of(new Dense("fc1", 4, 3, false), new Relu("relu"), new Dense("fc2", 3, 2, false)),
            List.of("no", "yes"),
            Map.of("relu", new Range(0, 2)));
    WeightSet weights =
        new WeightSet(Map.of("fc1", gaussian(12), "fc2", gaussian(6)), Map.of(), Map.of());
    try (OutputStream json = Files.newOutputStream(directory.resolve(ModelReader.MODEL_JSON));
        OutputStream posterior = Files.newOutputStream(directory.resolve(ModelReader.POSTERIOR))) {
      ModelWriter.write(new Model(architecture, Posterior.of(weights)), json, posterior);
    }
  }

  private static Gaussian gaussian(int size) {
    float[] means = new float[size];
    float[] stds = new float[size];
    Arrays.fill(means, 0.5f);
    Arrays.fill(stds, 0.1f);
    return new Gaussian(means, stds);
  }

  @Test
  void explainsTheRounds() {
    CommandRun run = CommandRun.of("plan", "--model", directory.toString(), "--samples", "3");

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().startsWith("Plan of small with bayhenn, 3 draws"), run.out());
    assertTrue(run.out().contains("then the data owner: relu"), run.out());
  }

  @Test
  void printsOneJsonObjectWithTheParametersAndEveryRound() throws Exception {
    CommandRun run = CommandRun.of("plan", "--model", directory.toString(), "--json");

    assertEquals(1, run.out().lines().count());
    JsonNode plan = new ObjectMapper().readTree(run.out());
    assertEquals("bayhenn", plan.get("protocol").asText());
    assertEquals(2, plan.get("rounds").size());
    assertEquals(128, plan.get("parameters").get("securityBits").asInt());
    assertTrue(
        plan.get("rounds").get(0).get("bound").asLong()
            < plan.get("rounds").get(0).get("plainLimit").asLong());
  }

  @Test
  void recommendsMemoryForExecutorsOfSoManyCores() {
    int one = overhead("1");

    assertTrue(one > 384, () -> "the JVM alone takes that");
    assertTrue(overhead("64") > one);
    assertEquals(2, CommandRun.of(plan("0")).exitCode());
  }

  private String[] plan(String cores) {
    return new String[] {"plan", "--model", directory.toString(), "--executor-cores", cores};
  }

  private int overhead(String cores) {
    CommandRun run = CommandRun.of(plan(cores));
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("with " + cores + " core"), run.out());
    String after = run.out().split("memoryOverhead=", -1)[1];
    return Integer.parseInt(after.substring(0, after.indexOf("m")));
  }

  @Test
  void refusesADirectoryWithoutAModelInOneLine() {
    CommandRun run = CommandRun.of("plan", "--model", directory.resolve("none").toString());

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("model.json"), run.err());
  }

  @Test
  void refusesADamagedPosteriorInOneLine() throws IOException {
    Files.write(directory.resolve(ModelReader.POSTERIOR), new byte[] {1, 2, 3});

    CommandRun run = CommandRun.of("plan", "--model", directory.toString());

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void refusesOptionsOutOfRange() {
    CommandRun run = CommandRun.of("plan", "--model", directory.toString(), "--samples", "65");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("must be from 1 to 64, not 65"), run.err());
  }
}
