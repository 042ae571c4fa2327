package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.model.Activation;
import io.nightjar.model.Architecture;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Flatten;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ModelWriter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndToEndBenchCommandTest {

  private static final List<String> FIGURES =
      List.of(
          "recordsPerSecond",
          "naiveSealRecordsPerSecond",
          "ratioToNaiveSeal",
          "speedup",
          "bytesUpPerRecord",
          "bytesDownPerRecord",
          "keyGenerationSeconds",
          "keyBytes",
          "peakExecutorBytes");

  @TempDir private Path directory;

  /** Writes a model with a convolution, whose corners read nothing, and a dense layer. */
  @BeforeEach
  void writeModel() throws IOException {
    writeModel(new Relu("activation"));
  }

  private void writeModel(Activation activation) throws IOException {
    Architecture architecture =
        new Architecture(
            "tiny",
            Task.CLASSIFICATION,
            new InputSpec(new Shape(1, 2, 2), new Range(0, 1), List.of()),
            List.of(
                new Conv2d("conv", 1, 1, 1, 1, 1, 1, false),
                activation,
                new Flatten("flatten"),
                new Dense("fc", 16, 2, true)),
            List.of("no", "yes"),
            Map.of("activation", new Range(0, 2)));
    WeightSet weights =
        new WeightSet(
            Map.of("conv", gaussian(1), "fc", gaussian(32)), Map.of("fc", gaussian(2)), Map.of());
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

  private CommandRun bench(String... more) {
    String[] command = {"bench", "e2e", "--model", directory.toString()};
    return CommandRun.of(Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new));
  }

  @Slow
  @Test
  void measuresWholeJobsBesideTheNaiveProgram() throws Exception {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> before = benchFiles(temporary);

    CommandRun run =
        bench(
            "--samples",
            "2",
            "--batches",
            "1",
            "--rounds",
            "1",
            "--warm-up",
            "1",
            "--threads",
            "1",
            "--threads",
            "2",
            "--json");

    assertEquals(0, run.exitCode(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size(), run.out());
    for (int i = 0; i < 2; i++) {
      JsonNode result = new ObjectMapper().readTree(lines.get(i));
      assertEquals("tiny", result.get("model").asText());
      assertEquals(2, result.get("samples").asInt());
      assertEquals("bayhenn", result.get("protocol").asText());
      assertEquals("none", result.get("modelPrivacy").asText());
      assertFalse(result.has("independentDraws"));
      assertEquals(i + 1, result.get("threads").asInt());
      assertEquals(2048, result.get("records").asLong());
      assertTrue(result.get("naiveSealLinearScaled").asBoolean());
      for (String figure : FIGURES) {
        assertTrue(result.get(figure).asDouble() > 0, figure + " in " + result);
      }
      assertIsRatio(result);
      assertPhases(result);
    }
    assertTrue(
        run.err().contains("bench: tiny, S = 2, model privacy none: round 1 of 1, threads 2: "),
        run.err());
    assertEquals(before, benchFiles(temporary));
  }

  @Slow
  @Test
  void measuresDrawsForRecordsBesideIndependentOnes() throws Exception {
    CommandRun run =
        bench(
            "--samples",
            "1",
            "--batches",
            "1",
            "--rounds",
            "1",
            "--warm-up",
            "1",
            "--model-privacy",
            "bayesian",
            "--json");

    assertEquals(0, run.exitCode(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals("bayesian", result.get("modelPrivacy").asText());
    assertEquals(8192, result.get("records").asLong());
    assertTrue(result.get("phases").get("hide").asDouble() > 0, run.out());
    JsonNode independent = result.get("independentDraws");
    double own = independent.get("ownSecondsPerBatch").asDouble();
    double theirs = independent.get("secondsPerBatch").asDouble();
    assertTrue(own > 0 && theirs > 0, run.out());
    assertEquals(theirs / own, independent.get("ratio").asDouble());
  }

  @Slow
  @Test
  void measuresWholeNetworksOnCiphertextsAndSoManyRecords() throws Exception {
    writeModel(new Square("activation"));

    CommandRun run =
        bench(
            "--samples",
            "1",
            "--records",
            "5000",
            "--rounds",
            "1",
            "--warm-up",
            "1",
            "--protocol",
            "cryptonets",
            "--json");

    assertEquals(0, run.exitCode(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals("cryptonets", result.get("protocol").asText());
    assertEquals(5000, result.get("records").asLong());
    for (String figure : FIGURES) {
      assertTrue(result.get(figure).asDouble() > 0, figure + " in " + result);
    }
    assertPhases(result);
    assertTrue(result.get("phases").get("hide").asDouble() > 0, run.out());
  }

  @Slow
  @Test
  void measuresPaillierBesideItsNaiveProgramAndBayhenn() throws Exception {
    CommandRun run =
        bench(
            "--samples",
            "1",
            "--batches",
            "1",
            "--rounds",
            "1",
            "--warm-up",
            "1",
            "--protocol",
            "bayhenn",
            "--protocol",
            "2p-dnn",
            "--conf",
            "spark.nightjar.plan.modulusBits=2048",
            "--json");

    assertEquals(0, run.exitCode(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size(), run.out());
    JsonNode lattices = new ObjectMapper().readTree(lines.get(0));
    JsonNode result = new ObjectMapper().readTree(lines.get(1));
    assertFalse(lattices.has("ratioToBayhenn"));
    assertEquals("2p-dnn", result.get("protocol").asText());
    for (String figure : FIGURES) {
      assertTrue(result.get(figure).asDouble() > 0, figure + " in " + result);
    }
    double fast = result.get("recordsPerSecond").asDouble();
    assertEquals(
        fast / result.get("naiveSealRecordsPerSecond").asDouble(),
        result.get("ratioToNaiveSeal").asDouble());
    assertEquals(
        fast / lattices.get("recordsPerSecond").asDouble(),
        result.get("ratioToBayhenn").asDouble());
  }

  private static void assertIsRatio(JsonNode result) {
    double fast = result.get("recordsPerSecond").asDouble();
    double slow = result.get("naiveSealRecordsPerSecond").asDouble();
    assertEquals(fast / slow, result.get("ratioToNaiveSeal").asDouble());
    JsonNode naive = result.get("naivePhases");
    double seconds = 0;
    for (String phase : List.of("encrypt", "linear", "decrypt")) {
      assertTrue(naive.get(phase).asDouble() > 0, phase + " in " + naive);
      seconds += naive.get(phase).asDouble();
    }
    int threads = result.get("threads").asInt();
    assertEquals(2048 / seconds * threads, slow, slow * 1e-9);
  }

  private static void assertPhases(JsonNode result) {
    JsonNode phases = result.get("phases");
    for (String phase :
        List.of("encrypt", "draw", "linear", "activate", "decrypt", "exchange", "spark")) {
      assertTrue(phases.get(phase).asDouble() >= 0, phase + " in " + phases);
    }
    double share = result.get("sparkShare").asDouble();
    assertTrue(share >= 0 && share <= 1, "a share of " + share);
    double rounds = result.get("records").asDouble() / result.get("recordsPerSecond").asDouble();
    double job = result.get("jobSeconds").asDouble();
    assertTrue(job > rounds, "%s s in all, %s s of them in rounds".formatted(job, rounds));
  }

  private static List<Path> benchFiles(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("nightjar-bench"))
          .sorted()
          .toList();
    }
  }

  @Slow
  @Test
  void printsATableAndTheStagesAndWhatTheNaiveProgramIs() {
    CommandRun run = bench("--samples", "1", "--batches", "1", "--rounds", "1", "--warm-up", "1");

    assertEquals(0, run.exitCode(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(6, lines.size(), run.out());
    assertTrue(lines.get(0).startsWith("model "), run.out());
    assertTrue(lines.get(1).startsWith("tiny "), run.out());
    assertEquals(lines.get(0).length(), lines.get(1).length(), run.out());
    assertTrue(
        lines.get(2).matches("  2,048 records, [0-9.]+ s from start to end: keys .*"), run.out());
    assertTrue(lines.get(3).matches("  exchange, both parties: packing .* ns a byte"), run.out());
    assertTrue(lines.get(4).matches("The naive program .*[.]"), run.out());
    assertTrue(lines.get(5).matches("Naive programs run .*[.]"), run.out());
  }

  @Test
  void wantsAModelWhereNoneIsBundled() {
    String home = System.clearProperty(EndToEndBenchCommand.HOME_PROPERTY);
    try {
      assertRefused(CommandRun.of("bench", "e2e"), "give --model DIR");
    } finally {
      if (home != null) {
        System.setProperty(EndToEndBenchCommand.HOME_PROPERTY, home);
      }
    }
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertRefused(bench("--rounds", "0"), "--rounds must be from 1 to 1000, not 0");
    assertRefused(bench("--batches", "0"), "--batches must be from 1 to 10000, not 0");
    assertRefused(bench("--records", "0"), "--records must be from 1 to 100000000, not 0");
    assertRefused(bench("--warm-up", "0"), "--warm-up must be from 1 to 3600, not 0");
    assertRefused(bench("--threads", "0"), "--threads must be from 1 to 1024, not 0");
    assertRefused(bench("--samples", "65"), "--samples");
  }

  @Test
  void refusesAModelThatIsNotThereBeforeItMeasuresAnother() {
    assertRefused(bench("--model", directory.resolve("none").toString()), "model.json");
  }

  @Test
  void refusesASettingThatIsNone() {
    assertRefused(bench("--conf", "spark.nightjar.no.such=1"), "spark.nightjar.no.such");
  }

  private static void assertRefused(CommandRun run, String why) {
    assertEquals(2, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(why), run.err());
  }
}
