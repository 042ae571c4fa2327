package io.nightjar.cryptonets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Activation;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Parameter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Quadratic;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.Security;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import io.nightjar.protocols.Protocols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Tests random networks of squares and quadratics, whose values stay in their calibration. */
class RandomPolynomialsTest {

  private static final int RECORDS = 30;

  /**
   * A dense layer, and the activation before it.
   *
   * @param outputs how many outputs the layer has
   * @param quadratic whether the activation is a quadratic, and not a square
   */
  record Choice(int outputs, boolean quadratic) {}

  @Provide
  Arbitrary<List<Choice>> choices() {
    Arbitrary<Integer> outputs = Arbitraries.integers().between(2, 6);
    return outputs
        .flatMap(count -> Arbitraries.of(false, true).map(kind -> new Choice(count, kind)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  /** A network that is built from the front, with what some records make of its means. */
  private static final class Growing {
    private final Random random;
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, Parameter> weights = new HashMap<>();
    private final Map<String, Parameter> biases = new HashMap<>();
    private final Map<String, Range> calibration = new HashMap<>();
    private double[][] values; // [feature][record]

    Growing(Random random, double[][] values) {
      this.random = random;
      this.values = values;
    }

    void dense(int outputs) {
      String name = "fc" + layers.size();
      int inputs = values.length;
      Gaussian weight = gaussian(inputs * outputs, 1 / Math.sqrt(inputs));
      Gaussian bias = gaussian(outputs, 0.1);
      double[][] sums = new double[outputs][RECORDS];
      for (int row = 0; row < outputs; row++) {
        Arrays.fill(sums[row], bias.mean(row));
        for (int k = 0; k < inputs; k++) {
          for (int j = 0; j < RECORDS; j++) {
            sums[row][j] += weight.mean(row * inputs + k) * values[k][j];
          }
        }
      }
      layers.add(new Dense(name, inputs, outputs, true));
      weights.put(name, weight);
      biases.put(name, bias);
      values = sums;
    }

    void activation(boolean quadratic) {
      String name = "a" + layers.size();
      Activation activation =
          quadratic
              ? new Quadratic(
                  name,
                  random.nextBoolean() ? 0.25 : -0.125,
                  random.nextDouble(),
                  random.nextDouble() - 0.5)
              : new Square(name);
      for (double[] feature : values) {
        Arrays.setAll(feature, j -> activation.apply(feature[j]));
      }
      layers.add((Layer) activation);
      double low = all().min().orElseThrow();
      double high = all().max().orElseThrow();
      calibration.put(name, new Range(Math.min(low, 0) - 0.1, Math.max(high, 0) + 0.1));
    }

    private DoubleStream all() {
      return Arrays.stream(values).flatMapToDouble(Arrays::stream);
    }

    private Gaussian gaussian(int size, double deviation) {
      float[] means = new float[size];
      float[] stds = new float[size];
      for (int i = 0; i < size; i++) {
        means[i] = (float) (deviation * random.nextGaussian());
        stds[i] = (float) (deviation / 50);
      }
      return new Gaussian(means, stds);
    }

    Model model(int inputs) {
      return new Model(
          new Architecture(
              "polynomials",
              Task.CLASSIFICATION,
              new InputSpec(Shape.flat(inputs), new Range(0, 1), List.of()),
              layers,
              IntStream.range(0, values.length).mapToObj(i -> "c" + i).toList(),
              calibration),
          Posterior.of(new WeightSet(weights, biases, Map.of())));
    }
  }

  @Property(tries = 60)
  void ciphertextsSayWhatTheReferenceSaysAsNearlyAsThePlanExpects(
      @ForAll("choices") List<Choice> choices,
      @ForAll @IntRange(min = 1, max = 6) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int draws,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] records = random.doubles((long) inputs * RECORDS).toArray();
    double[][] values = new double[inputs][];
    Arrays.setAll(values, k -> Arrays.copyOfRange(records, k * RECORDS, (k + 1) * RECORDS));
    Growing network = new Growing(random, values);
    network.dense(4);
    for (Choice choice : choices) {
      network.activation(choice.quadratic());
      network.dense(choice.outputs());
    }
    Model model = network.model(inputs);
    Plan plan = new Cryptonets().plan(model, TestOptions.insecure(64).withDraws(draws));
    RealColumns columns = new RealColumns(inputs, RECORDS, records);

    assertEquals(plan, Protocols.readPlan(PlanJson.write(plan), Security.ANY));
    try (JobSecret secret = JobSecret.fixedForTests(5)) {
      TestParties.Scored encrypted = TestParties.score(model, plan, secret, 1, columns);
      Predictions expected = encrypted.reference(new NetworkDraws(model, plan, secret), 1, columns);

      double error = ((CryptonetsSheet) plan.sheet()).outputError(plan);
      double[] found = encrypted.predictions().mean().values();
      for (int i = 0; i < found.length; i++) {
        assertEquals(expected.mean().values()[i], found[i], error);
      }
      assertTrue(plan.noiseMarginBits() <= encrypted.measures().leastMarginBits());
    }
  }
}
