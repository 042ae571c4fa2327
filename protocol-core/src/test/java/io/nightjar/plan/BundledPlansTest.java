package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertLinesMatch;

import io.nightjar.model.Model;
import io.nightjar.privacy.Bundled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans of the models in data/ are those of an earlier version, by their digests in {@code
 * bundled-plans.tsv}. Keys are made for a plan, jobs go on with it, and the other party may have
 * another version of the program; so where a plan changes on purpose, its format's version does
 * too.
 */
class BundledPlansTest {

  private static final String NO_OTHER = "-";
  private static final String REFUSED = "refused";

  @ParameterizedTest
  @MethodSource("models")
  void plansAreWhatTheyWere(String name) throws IOException {
    Model model = Bundled.model(name);
    List<String> stored = stored().filter(line -> line.startsWith(name + "\t")).toList();

    List<String> planned =
        stored.stream()
            .map(
                line ->
                    line.substring(0, line.lastIndexOf('\t') + 1)
                        + digest(model, options(line.split("\t", -1))))
            .toList();

    assertLinesMatch(stored, planned);
  }

  static List<String> models() throws IOException {
    return stored().map(line -> line.substring(0, line.indexOf('\t'))).distinct().toList();
  }

  /** Returns what the columns after the model's name ask for: how, how often, what else. */
  private static PlanOptions options(String[] columns) {
    String[] pair = columns[4].split("=", 2);
    Map<String, String> other = columns[4].equals(NO_OTHER) ? Map.of() : Map.of(pair[0], pair[1]);
    PlanOptions usual = PlanOptions.DEFAULT;
    return new PlanOptions(
        named(columns[1], Protocol.values(), Protocol::text),
        Integer.parseInt(columns[3]),
        number(other, "activationBits", usual.activationBits()),
        number(other, "weightBits", usual.weightBits()),
        number(other, "clipSigmas", (int) usual.clipSigmas()),
        named(columns[2], ModelPrivacy.values(), ModelPrivacy::text),
        number(other, "hiddenBits", usual.hiddenBits()),
        usual.security(),
        usual.ringDegree(),
        number(other, "modulusBits", usual.modulusBits()));
  }

  private static <T> T named(String name, T[] values, Function<T, String> text) {
    return Arrays.stream(values)
        .filter(value -> text.apply(value).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static int number(Map<String, String> other, String name, int usual) {
    return Integer.parseInt(other.getOrDefault(name, Integer.toString(usual)));
  }

  private static String digest(Model model, PlanOptions options) {
    try {
      return PlanDigest.of(Planner.plan(model, options)).hex();
    } catch (PlanRefusedException e) {
      return REFUSED;
    }
  }

  private static Stream<String> stored() throws IOException {
    try (InputStream in = BundledPlansTest.class.getResourceAsStream("bundled-plans.tsv")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"));
    }
  }
}
