package io.nightjar.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.Posterior;
import io.nightjar.model.ReadLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models of libraries for posteriors, with what these libraries say of some records; {@code
 * src/test/python/test_posteriors.py --leave} has the libraries write them. In directories that end
 * with {@code -own}, parameters are as the library itself saves them.
 */
class LibraryModelsTest {

  private static final Path PLACE = Path.of("src/test/resources/io/nightjar/calibration/libraries");

  /** With so many, a deviation is known to some two percent. */
  private static final int DRAWS = 2000;

  private static final double CLIP = 6;

  static List<String> libraries() throws IOException {
    try (Stream<Path> directories = Files.list(PLACE)) {
      List<String> found = directories.map(one -> one.getFileName().toString()).sorted().toList();
      assertTrue(
          found.containsAll(
              List.of(
                  "bayesian-torch-own",
                  "blitz-bayesian-pytorch-own",
                  "laplace-torch",
                  "numpyro",
                  "pyro-ppl",
                  "torch-uncertainty",
                  "torchbnn")),
          found::toString);
      return found;
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void outputsAreThoseOfTheLibrary(String name) throws IOException {
    JsonNode said = new ObjectMapper().readTree(PLACE.resolve(name).resolve("said.json").toFile());
    Model model = model(name);
    RealColumns records = columns(said.get("records"));

    OutputComparison found = OutputComparison.of(model, records, columns(said.get("outputs")));

    assertTrue(found.largest() < 1e-5, found.toString());
    assertEquals(said.has("deviations"), model.posterior().kind() == Posterior.Kind.MEAN_FIELD);
    if (said.has("deviations")) {
      RealColumns expected = columns(said.get("deviations"));
      double[] drawn = deviations(model, records);
      double ratio = sum(drawn) / sum(expected.values());
      assertEquals(1, ratio, 0.04, "deviations of outputs, as a whole");
      for (int i = 0; i < drawn.length; i++) {
        assertEquals(1, drawn[i] / expected.values()[i], 0.15, "of each output of each record");
      }
    }
  }

  private static Model model(String name) throws IOException {
    Path directory = PLACE.resolve(name);
    try (InputStream json = Files.newInputStream(directory.resolve(ModelReader.MODEL_JSON));
        InputStream posterior = Files.newInputStream(directory.resolve(ModelReader.POSTERIOR))) {
      return ModelReader.read(json, posterior, ReadLimits.defaults());
    }
  }

  private static RealColumns columns(JsonNode rows) {
    int records = rows.size();
    int width = rows.get(0).size();
    double[] values = new double[records * width];
    for (int j = 0; j < records; j++) {
      for (int k = 0; k < width; k++) {
        values[k * records + j] = rows.get(j).get(k).asDouble();
      }
    }
    return new RealColumns(width, records, values);
  }

  private static double[] deviations(Model model, RealColumns records) {
    double[][] sums = new double[2][];
    try (JobSecret secret = JobSecret.ofSeed(new byte[JobSecret.SEED_BYTES])) {
      LayerOutputs layers = LayerOutputs.drawn(model, CLIP, secret);
      int last = model.architecture().layers().size() - 1;
      String end = model.architecture().layers().get(last).name();
      for (int draw = 0; draw < DRAWS; draw++) {
        layers.visit(
            draw,
            records,
            (layer, output) -> {
              if (layer.name().equals(end)) {
                add(sums, output.values());
              }
            });
      }
    }
    double[] found = new double[sums[0].length];
    for (int i = 0; i < found.length; i++) {
      double mean = sums[0][i] / DRAWS;
      found[i] = Math.sqrt(sums[1][i] / DRAWS - mean * mean);
    }
    return found;
  }

  private static void add(double[][] sums, double[] values) {
    for (int power = 0; power < 2; power++) {
      sums[power] = sums[power] == null ? new double[values.length] : sums[power];
      for (int i = 0; i < values.length; i++) {
        sums[power][i] += power == 0 ? values[i] : values[i] * values[i];
      }
    }
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }
}
