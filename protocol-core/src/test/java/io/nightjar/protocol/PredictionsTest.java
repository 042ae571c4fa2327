package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionsTest {

  private static final double EXACT = 1e-15;

  private static RealColumns column(double... values) {
    return new RealColumns(values.length, 1, values);
  }

  @Test
  void drawsThatAgreeHaveEntropyButNoMutualInformation() {
    Predictions agreed =
        Predictions.average(Task.CLASSIFICATION, List.of(column(0.5, 0.5), column(0.5, 0.5)));

    assertEquals(Math.log(2), agreed.entropy(0), EXACT);
    assertEquals(0, agreed.mutualInformation(0), EXACT);
    assertEquals(0, agreed.deviation().get(0, 0), EXACT);
  }

  @Test
  void sureDrawsThatDisagreeHaveAsMuchMutualInformationAsEntropy() {
    Predictions split =
        Predictions.average(Task.CLASSIFICATION, List.of(column(1, 0), column(0, 1)));

    assertEquals(Math.log(2), split.entropy(0), EXACT);
    assertEquals(Math.log(2), split.mutualInformation(0), EXACT);
    assertEquals(0.5, split.deviation().get(1, 0), EXACT);
  }

  @Test
  void theFirstOfEquallyLikelyClassesIsPredicted() {
    Predictions tie = Predictions.average(Task.CLASSIFICATION, List.of(column(0.2, 0.4, 0.4)));

    assertEquals(1, tie.predictedClass(0));
  }

  @Test
  void aRegressionHasMeanAndDeviationAndNothingElse() {
    Predictions values =
        Predictions.average(Task.REGRESSION, List.of(column(1), column(2), column(6)));

    assertEquals(3, values.mean().get(0, 0), EXACT);
    assertEquals(Math.sqrt(14 / 3.0), values.deviation().get(0, 0), EXACT);
    assertThrows(IllegalStateException.class, () -> values.entropy(0));
    assertThrows(IllegalStateException.class, () -> values.predictedClass(0));
  }
}
