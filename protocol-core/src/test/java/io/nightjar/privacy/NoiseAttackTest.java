package io.nightjar.privacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.HeParameters;
import io.nightjar.testing.Slow;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the noise of results says of the weights: everything, unless it is flooded. */
class NoiseAttackTest {

  private static final int INPUTS = 784;
  private static final int ROWS = 128;

  /** A correlation of independent numbers is further out with probability below 10^-10. */
  private static final double SIGMAS = 6.5;

  @Test
  void weightsComeOutOfTheNoiseThatTheyMake() {
    int coefficients = 64;
    int columns = 40;
    Random random = new Random(1);
    double[] fresh = new double[columns * coefficients];
    Arrays.setAll(fresh, i -> random.nextInt(21) - 10);
    double[] weights = new double[columns];
    Arrays.setAll(weights, k -> random.nextInt(255) - 127);
    double[] result = new double[coefficients];
    for (int j = 0; j < coefficients; j++) {
      for (int k = 0; k < columns; k++) {
        result[j] += weights[k] * fresh[k * coefficients + j];
      }
    }

    assertArrayEquals(weights, new NoiseAttack(fresh, columns).estimate(result), 1e-6);
  }

  @Test
  void fewerEquationsThanWeightsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new NoiseAttack(new double[6], 3));
    assertThrows(IllegalArgumentException.class, () -> new NoiseAttack(new double[7], 2));
    NoiseAttack attack = new NoiseAttack(new double[] {1, 0, 0, 1}, 2);
    assertThrows(IllegalArgumentException.class, () -> attack.estimate(new double[3]));
  }

  /** Keys, noise and floods are fresh each time; a run fails by chance less than once in 10^9. */
  @Slow
  @Test
  void allWeightsOfALayerAreInOneBatchOfResultsAndNoneOnceTheyAreFlooded() {
    Random random = new Random(2);
    int[] weights = new int[INPUTS * ROWS];
    Arrays.setAll(weights, i -> (int) Math.max(-127, Math.min(127, 40 * random.nextGaussian())));
    NoiseAudit audit = new NoiseAudit(ROWS, INPUTS, weights);

    List<NoiseRecovery> found = audit.run(HeParameters.bfv(4096, List.of(44, 44, 20), 1L << 26));

    NoiseRecovery computed = found.get(0);
    assertEquals(weights.length, computed.recovered(), computed.results());
    NoiseRecovery unflooded = found.get(1);
    assertTrue(unflooded.correlation() > 0.9, "encryptions of zero alone: " + unflooded);
    NoiseRecovery flooded = found.get(2);
    double chance = SIGMAS / Math.sqrt(weights.length);
    assertEquals(0, flooded.correlation(), chance, flooded.results());
    assertTrue(flooded.shrunkenError() >= 1 - chance * chance, flooded.results());
    assertTrue(flooded.recovered() < weights.length / 100, flooded.toString());
  }
}
