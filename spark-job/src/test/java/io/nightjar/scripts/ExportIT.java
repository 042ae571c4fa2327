package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/**
 * Networks in ONNX on their way to encrypted scores, in a Python of its own with onnxruntime. That
 * Python stays under {@code target}, so its packages are fetched once; without Python, or if they
 * cannot be fetched, nothing is tested here.
 */
@Slow
class ExportIT {

  private static final Path MODULE = Script.ROOT.resolve("protocol-core/src");
  private static final Path PYTHON = Script.JAR.resolveSibling("export-python");

  @TempDir private static Path shared;

  @TempDir private Path directory;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(
        Script.line("python3 -m venv --help", shared).run().exitCode() == 0, "there is no Python");
    Path wanted = MODULE.resolve("test/python/requirements-export.txt");
    Script.Result fetched =
        Script.line(
                """
                cmp -s '%2$s' '%1$s/installed.txt' && exit
                python3 -m venv --clear '%1$s'
                '%1$s/bin/pip' install --quiet --requirement '%2$s' && cp '%2$s' '%1$s/installed.txt'
                """
                    .formatted(PYTHON, wanted),
                shared)
            .run();
    assumeTrue(fetched.exitCode() == 0, () -> "packages cannot be fetched: " + fetched.err());
    Path source = shared.resolve("python"); // to which setuptools writes
    Script.line("cp -r '%s' '%s'".formatted(MODULE.resolve("main/python"), source), shared)
        .run()
        .exits(0);
    pip("install --quiet --force-reinstall --no-deps", source).exits(0);
    pip("install --quiet --force-reinstall --no-deps --no-index", Script.wheel("nightjar_export"))
        .exits(0);
    pip("check", Path.of("")).exits(0);
    python("test_export.py", shared.toString()).exits(0);
  }

  private static Script.Result pip(String command, Path what) throws Exception {
    return Script.line("'%s/bin/pip' %s %s".formatted(PYTHON, command, what), shared).run();
  }

  private static Script.Result python(String program, String... arguments) throws Exception {
    return Script.line(
            "exec '%s/bin/python' -W ignore '%s' %s"
                .formatted(
                    PYTHON,
                    MODULE.resolve("test/python").resolve(program),
                    String.join(" ", arguments)),
            shared)
        .with("PYTHONDONTWRITEBYTECODE", "1")
        .run();
  }

  @Test
  void whatIsExportedIsWhatItWasAndTheRestIsRefused() throws Exception {
    python("test_export.py").exits(0);
  }

  @Test
  void theCommandIsThereAndRefusesInOneLine() throws Exception {
    Script.Result run =
        Script.line("'%s/bin/nightjar-export' none.onnx out".formatted(PYTHON), directory).run();

    assertEquals(2, run.exitCode());
    assertTrue(
        run.err().startsWith("nightjar-export: ") && run.err().lines().count() == 1, run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "signal"})
  void encryptedScoresAreThoseOfOnnxruntime(String name) throws Exception {
    Script nightjar = Script.named("nightjar", directory);
    String model = "--model=" + shared.resolve(name);
    String input = "--input=" + shared.resolve(name + ".jsonl");
    Path output = directory.resolve("scored");
    nightjar
        .run("calibrate", model, input, "--conf=spark.nightjar.plan.activationBits=10")
        .exits(0);
    nightjar
        .run(
            "score",
            model,
            input,
            "--samples=1",
            "--conf=spark.nightjar.plan.activationBits=10",
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
        assertEquals(wanted[c], one[one.length - wanted.length + c], 5e-3, "record " + i);
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
