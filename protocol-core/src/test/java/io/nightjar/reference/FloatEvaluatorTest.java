package io.nightjar.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Softmax;
import io.nightjar.model.Task;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.protocol.TestOptions;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Tests that rounds in real numbers are the layers of a network one by one. */
class FloatEvaluatorTest {

  private static final int RECORDS = 3;

  @Provide
  Arbitrary<RandomNetworks.Recipe> points() {
    return RandomNetworks.recipes().map(recipe -> recipe.withPosterior(Posterior.Kind.POINT));
  }

  @Property(tries = 400)
  void foldingLayersIntoRoundsChangesNothing(@ForAll("points") RandomNetworks.Recipe recipe) {
    Model model = RandomNetworks.model(recipe);
    Plan plan = new Bayhenn().plan(model, TestOptions.insecure(64));
    RealColumns records = RandomNetworks.records(model, RECORDS, new Random(recipe.seed()));

    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      Predictions found =
          new FloatEvaluator(plan, new Bayhenn().draws(model, plan, secret), RoundInputs.NONE)
              .score(0, records);

      for (int j = 0; j < RECORDS; j++) {
        double[] expected = expected(model, records, j);
        for (int c = 0; c < expected.length; c++) {
          double tolerance = 1e-7 * Math.max(1, Math.abs(expected[c]));
          assertEquals(expected[c], found.mean().get(c, j), tolerance);
        }
      }
    }
  }

  private static double[] expected(Model model, RealColumns records, int j) {
    double[] record = new double[records.columns()];
    for (int k = 0; k < record.length; k++) {
      record[k] = records.get(k, j);
    }
    double[] output =
        LayerByLayer.evaluate(model.architecture(), model.posterior().weights(), record);
    List<?> layers = model.architecture().layers();
    boolean probabilities =
        model.architecture().task() == Task.REGRESSION
            || layers.get(layers.size() - 1) instanceof Softmax;
    return probabilities ? output : LayerByLayer.softmax(output);
  }
}
