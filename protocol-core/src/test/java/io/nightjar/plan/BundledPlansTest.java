package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertLinesMatch;

import io.nightjar.model.Bundled;
import io.nightjar.model.Model;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocols.Protocols;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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

  @Slow
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
                        + digest(model, line.split("\t", -1)))
            .toList();

    assertLinesMatch(stored, planned);
  }

  static List<String> models() throws IOException {
    return stored().map(line -> line.substring(0, line.indexOf('\t'))).distinct().toList();
  }

  /** Returns what the columns after the model's name ask for: how, how often, what else. */
  private static PlanOptions options(Protocol protocol, String[] columns) {
    PlanOptions usual = PlanOptions.DEFAULT;
    PlanOptions options =
        usual
            .withPrivacy(named(columns[2], ModelPrivacy.values(), ModelPrivacy::text))
            .withDraws(Integer.parseInt(columns[3]));
    if (columns[4].equals(NO_OTHER)) {
      return options;
    }
    String name = columns[4].substring(0, columns[4].indexOf('='));
    int value = Integer.parseInt(columns[4].substring(columns[4].indexOf('=') + 1));
    return switch (name) {
      case "activationBits" -> options.withBits(value, usual.weightBits());
      case "weightBits" -> options.withBits(usual.activationBits(), value);
      case "clipSigmas" -> options.withClip(value);
      default ->
          options.with(
              protocol.options().stream()
                  .filter(option -> option.key().equals("plan." + name))
                  .findFirst()
                  .orElseThrow(),
              value);
    };
  }

  private static <T> T named(String name, T[] values, Function<T, String> text) {
    return Arrays.stream(values)
        .filter(value -> text.apply(value).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String digest(Model model, String[] columns) {
    Protocol protocol = Protocols.named(columns[1]).orElseThrow();
    try {
      return PlanDigest.of(protocol.plan(model, options(protocol, columns))).hex();
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
