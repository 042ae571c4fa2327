package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.ModelWriter;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
class CalibrateCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IMAGES = "../data/digits/train-images-idx3-ubyte.gz";

  @TempDir private Path directory;

  /** Copies a bundled model without its ranges. */
  private Path uncalibrated(String name) throws IOException {
    Path model = Files.createDirectory(directory.resolve(name));
    Path bundled = Path.of("../data/models").resolve(name);
    Files.copy(bundled.resolve("posterior.safetensors"), model.resolve("posterior.safetensors"));
    ObjectNode json = (ObjectNode) JSON.readTree(bundled.resolve("model.json").toFile());
    json.remove("calibration");
    Files.write(model.resolve("model.json"), JSON.writeValueAsBytes(json));
    return model;
  }

  private static CommandRun run(String command, Path model, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--model", model.toString()));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(new String[0]));
  }

  @Test
  void aModelWithoutRangesIsRefusedAndCalibratedAndThenPlanned() throws Exception {
    Path model = uncalibrated("digits-mlp");
    byte[] before = Files.readAllBytes(model.resolve("model.json"));
    CommandRun refused = run("plan", model);
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(
        refused.err().contains("no ranges for \"relu1\", \"relu2\"")
            && refused.err().contains("'nightjar calibrate'"),
        refused.err());

    CommandRun dry = run("calibrate", model, "--input", IMAGES, "--limit", "200", "--dry-run");
    assertEquals(0, dry.exitCode(), dry.err());
    assertTrue(dry.out().endsWith("The model is as it was.\n"), dry.out());
    assertArrayEquals(before, Files.readAllBytes(model.resolve("model.json")));

    CommandRun run = run("calibrate", model, "--input", IMAGES, "--limit", "1000", "--json");
    assertEquals(0, run.exitCode(), run.err());
    JsonNode report = JSON.readTree(run.out());
    assertEquals(800, report.get("records").asInt());
    assertEquals(200, report.get("heldOut").asInt());
    assertEquals(2, report.get("layers").size());
    JsonNode written = JSON.readTree(model.resolve("model.json").toFile()).get("calibration");
    for (JsonNode layer : report.get("layers")) {
      assertEquals(layer.get("range"), written.get(layer.get("layer").asText()));
      assertTrue(layer.at("/range/1").asDouble() > 1, layer.toString());
      assertTrue(layer.get("outside").asDouble() < 0.01, layer.toString());
    }
    JsonNode cost = report.get("quantisation");
    assertTrue(cost.get("samePredictions").asInt() > 0.98 * cost.get("records").asInt());
    assertEquals(0, run("plan", model).exitCode());
  }

  /** Categories and missing values too, as {@code score} takes them. */
  @Test
  void recordsMayBeATable() throws Exception {
    Path model = uncalibrated("readmission-mlp");

    CommandRun run =
        run(
            "calibrate",
            model,
            "--input",
            "../data/readmission/train.csv",
            "--where",
            "stay_days < 20",
            "--limit",
            "500");

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("400 records"), run.out());
    assertTrue(run.out().contains("Quantised, 100 of 100 predictions are the same"), run.out());
    assertEquals(0, run("plan", model).exitCode());
  }

  /** The network is y = 2 a - b + 0.5, so what is expected of it is written down by hand. */
  @Test
  void outputsThatAreNotThoseExpectedAreRefusedAndNothingIsWritten() throws Exception {
    Path model = linear();
    Path records =
        Files.writeString(directory.resolve("r.csv"), "id,a,b\n7,0,1\n9,1,0.5\n8,0.25,0\n");
    Path right = Files.writeString(directory.resolve("y.csv"), "id,y\n9,2\n8,1\n7,-0.5\n6,0\n");
    Path wrong = Files.writeString(directory.resolve("n.csv"), "id,y\n9,2\n8,1.01\n7,-0.5\n");
    Path less = Files.writeString(directory.resolve("l.csv"), "id,y\n9,2\n7,-0.5\n");
    Path wide = Files.writeString(directory.resolve("w.csv"), "id,y,z\n9,2,0\n8,1,0\n7,-0.5,0\n");
    byte[] before = Files.readAllBytes(model.resolve("model.json"));

    for (Map.Entry<Path, String> one :
        Map.of(
                wrong,
                "outputs differ by up to 0.01",
                less,
                "has no outputs for 1 of 3 records",
                wide,
                "columns",
                directory.resolve("none"),
                "none")
            .entrySet()) {
      CommandRun run = expecting(model, records, one.getKey());
      assertEquals(2, run.exitCode(), run.err());
      assertTrue(run.err().contains(one.getValue()) && run.err().lines().count() == 1, run.err());
      assertArrayEquals(before, Files.readAllBytes(model.resolve("model.json")));
    }

    CommandRun run = expecting(model, records, right);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode compared = JSON.readTree(run.out()).get("comparison");
    assertEquals(3, compared.get("records").asInt());
    assertEquals(2, compared.get("largestOutput").asDouble());
    assertTrue(compared.get("largestDifference").asDouble() < 1e-6, run.out());
  }

  private CommandRun expecting(Path model, Path records, Path expected) {
    return run(
        "calibrate",
        model,
        "--input",
        records.toString(),
        "--expected",
        expected.toString(),
        "--json");
  }

  private Path linear() throws IOException {
    Path model = Files.createDirectory(directory.resolve("linear"));
    Architecture architecture =
        new Architecture(
            "linear",
            Task.REGRESSION,
            new InputSpec(Shape.flat(2), new Range(0, 1), List.of("a", "b")),
            List.of(new Dense("fc", 2, 1, true)),
            List.of(),
            Map.of());
    WeightSet weights =
        new WeightSet(
            Map.of("fc", new Point(new float[] {2, -1})),
            Map.of("fc", new Point(new float[] {0.5f})),
            Map.of());
    try (OutputStream json = Files.newOutputStream(model.resolve("model.json"));
        OutputStream posterior = Files.newOutputStream(model.resolve("posterior.safetensors"))) {
      ModelWriter.write(new Model(architecture, Posterior.of(weights)), json, posterior);
    }
    return model;
  }

  @Test
  void whereNoPlanCanBeMadeTheRangesAreFoundAndThatIsSaid() throws Exception {
    Path model = uncalibrated("digits-mlp");

    CommandRun run =
        run("calibrate", model, "--input", IMAGES, "--limit", "50", "--protocol", "cryptonets");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("nightjar: warning: what quantisation costs is not known"));
    assertEquals(0, run("plan", model).exitCode());
  }

  @Test
  void recordsThatAreNotTheModelsAreRefusedAndLeaveItAlone() throws Exception {
    Path model = uncalibrated("digits-mlp");
    byte[] before = Files.readAllBytes(model.resolve("model.json"));

    for (CommandRun run :
        List.of(
            run("calibrate", model, "--input", "../data/models/digits-mlp/model.json"),
            run("calibrate", model, "--input", directory.resolve("none").toString()),
            run("calibrate", model, "--input", IMAGES, "--limit", "0"),
            run("calibrate", model, "--input", IMAGES, "--limit", "65537"),
            run("calibrate", model))) {
      assertEquals(2, run.exitCode(), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
    }
    assertArrayEquals(before, Files.readAllBytes(model.resolve("model.json")));
  }
}
