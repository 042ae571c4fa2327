package io.nightjar.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.privacy.NoiseRecovery;
import io.nightjar.testing.Slow;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests that the noise of results gives all weights away, unless it is flooded. */
class NoiseAuditTest {

  private static final int INPUTS = 784;
  private static final int ROWS = 128;

  /**
   * The number of standard deviations that a correlation of independent numbers exceeds with a
   * probability below 10^-10.
   */
  private static final double SIGMAS = 6.5;

  /** Keys, noise and floods are fresh each time; a run fails by chance less than once in 10^9. */
  @Slow
  @Test
  void allWeightsOfALayerAreInOneBatchOfResultsAndNoneOnceTheyAreFlooded() {
    Random random = new Random(2);
    int[] weights = new int[INPUTS * ROWS];
    Arrays.setAll(weights, i -> (int) Math.max(-127, Math.min(127, 40 * random.nextGaussian())));
    NoiseAudit audit = new NoiseAudit(ROWS, INPUTS, weights);

    List<NoiseRecovery> found = audit.run(HeParameters.bfv(4096, List.of(44, 44, 18), 1L << 26));

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
