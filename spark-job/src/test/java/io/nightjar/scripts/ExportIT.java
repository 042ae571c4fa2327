package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks in ONNX on their way to encrypted scores, in a Python with onnxruntime. */
@Slow
class ExportIT {

  private static final Path MODULE = Script.ROOT.resolve("protocol-core/src");

  private static final String BITS = "--conf=spark.nightjar.plan.activationBits=10";

  @TempDir private static Path shared;

  private static Virtualenv python;

  @TempDir private Path directory;

  @BeforeAll
  static void install() throws Exception {
    python =
        Virtualenv.named(
            "export-python", MODULE.resolve("test/python/requirements-export.txt"), shared);
    Path source = shared.resolve("python"); // to which setuptools writes
    Script.line("cp -r '%s' '%s'".formatted(MODULE.resolve("main/python"), source), shared)
        .run()
        .exits(0);
    python.pip("install --quiet --force-reinstall --no-deps " + source);
    python.pip(
        "install --quiet --force-reinstall --no-deps --no-index "
            + Script.wheel("nightjar_export"));
    python.pip("check");
    tests("test_export.py", shared.toString());
  }

  private static void tests(String name, String arguments) throws Exception {
    Path program = MODULE.resolve("test/python").resolve(name);
    python.program("python", "-W ignore '%s' %s".formatted(program, arguments)).run().exits(0);
  }

  @Test
  void whatIsExportedIsWhatItWasAndTheRestIsRefused() throws Exception {
    tests("test_export.py", "");
  }

  /** Those of docs/bring-your-model.md that need no more than scikit-learn. */
  @Test
  void programsOfThePageRun() throws Exception {
    tests(
        "test_examples.py",
        "-k test_scikit_learn -k test_a_table_with -k test_an_ensemble -k test_onnx");
  }

  @Test
  void theCommandIsThereAndRefusesInOneLine() throws Exception {
    Script.Result run =
        python.program("nightjar-export", "none.onnx " + directory.resolve("out")).run();

    assertEquals(2, run.exitCode());
    assertTrue(
        run.err().startsWith("nightjar-export: ") && run.err().lines().count() == 1, run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "signal", "branches", "table"})
  void encryptedScoresAreThoseOfOnnxruntime(String name) throws Exception {
    String model = "--model=" + shared.resolve(name);
    String input = "--input=" + shared.resolve(name + ".jsonl");
    Script.named("nightjar", directory).run("calibrate", model, input, BITS).exits(0);
    scoresAreThoseExpected(model, input, name);
  }

  /** A pipeline of scikit-learn and the table that it was fitted to, and nothing else. */
  @Test
  void fromAFittedPipelineToEncryptedScoresInTwoCommands() throws Exception {
    Path model = directory.resolve("model");
    Script.Result run =
        python
            .program(
                "nightjar-export",
                "'%s' '%s' --records '%s' --classes no,yes --nightjar '%s'"
                    .formatted(
                        shared.resolve("pipeline.joblib"),
                        model,
                        shared.resolve("records.csv"),
                        Script.ROOT.resolve("submit-scripts/nightjar")))
            .run()
            .exits(0);
    assertTrue(
        run.out().contains("(Nightjar's reference)")
            && run.out().contains("next: nightjar score --model " + model),
        run.out());

    scoresAreThoseExpected(
        "--model=" + model, "--input=" + shared.resolve("patients.csv"), "table");
  }

  private void scoresAreThoseExpected(String model, String input, String name) throws Exception {
    Path output = directory.resolve("scored");
    Script.named("nightjar", directory)
        .run(
            "score",
            model,
            input,
            BITS,
            "--samples=1",
            "--output=" + output,
            "--output-format=json")
        .exits(0);

    List<double[]> expected = expected(name);
    SortedMap<Integer, double[]> found = probabilities(output);
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      double[] one = found.get(i);
      double[] wanted = expected.get(i);
      for (int c = 0; c < wanted.length; c++) { // one logistic output is the second of two classes
        assertEquals(wanted[c], one[one.length - wanted.length + c], 1e-2, "record " + i);
      }
    }
  }

  private static List<double[]> expected(String name) throws IOException {
    return Files.readAllLines(shared.resolve(name + ".txt")).stream()
        .map(line -> Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  private static SortedMap<Integer, double[]> probabilities(Path output) throws IOException {
    SortedMap<Integer, double[]> found = new TreeMap<>();
    List<Path> parts;
    try (Stream<Path> files = Files.list(output)) {
      parts = files.filter(file -> file.toString().endsWith(".json")).toList();
    }
    assertTrue(!parts.isEmpty());
    for (Path part : parts) {
      for (String line : Files.readAllLines(part)) {
        JsonNode row = new ObjectMapper().readTree(line);
        List<Double> probabilities = new ArrayList<>();
        for (int c = 0; row.has("p_" + c); c++) {
          probabilities.add(row.get("p_" + c).asDouble());
        }
        found.put(
            row.get("id").asInt(), probabilities.stream().mapToDouble(Double::valueOf).toArray());
      }
    }
    return found;
  }
}
