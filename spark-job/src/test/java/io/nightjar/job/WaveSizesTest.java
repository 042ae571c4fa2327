package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Dense;
import io.nightjar.model.Relu;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocols.Protocols;
import org.junit.jupiter.api.Test;

class WaveSizesTest {

  private final Plan small = plan(5, 1);

  private static Plan plan(int hidden, int draws) {
    return Protocols.standard()
        .plan(
            TestNetworks.ofSixFeatures(
                1,
                new Dense("fc1", 6, hidden, true),
                new Relu("relu"),
                new Dense("fc2", hidden, 3, true)),
            PlanOptions.DEFAULT.withDraws(draws));
  }

  @Test
  void batchesAreSharedOutAmongTheWavesInFlightAndTheLastWaveIsSmall() {
    assertEquals(12, WaveSizes.choose(small, 20, 2, 2));
    assertEquals(8, WaveSizes.choose(small, 20, 2, 3));
    assertEquals(5, WaveSizes.choose(small, 5, 2, 1));
    assertEquals(1, WaveSizes.choose(small, 2, 2, 2));
    assertEquals(1, WaveSizes.choose(small, 1, 2, 2));
  }

  @Test
  void noWaveHasMoreThanThirtyTwoBatchesForACore() {
    assertEquals(64, WaveSizes.choose(small, 1_000_000, 2, 2));
  }

  @Test
  void noRoundHasMoreUploadsThanAManifestHolds() {
    Plan drawn = plan(2, 64);
    int size = WaveSizes.choose(drawn, 10_000_000, 5_000, 2);

    assertTrue(size * drawn.draws() <= WaveSizes.MOST_UPLOADS);
    assertTrue((size + 1) * drawn.draws() > WaveSizes.MOST_UPLOADS);
  }

  @Test
  void noWaveHasMoreBytesInARoundThanTheCoresMayHave() {
    Plan large = plan(800, 16);
    double batch = large.bytesDownPerRecord(large.rounds().get(0)) * large.batchSize();
    int size = WaveSizes.choose(large, 1_000, 4, 2);

    assertTrue(size * batch <= 4.0 * WaveSizes.MOST_BYTES_PER_CORE);
    assertTrue((size + 1) * batch > 4.0 * WaveSizes.MOST_BYTES_PER_CORE);
    assertTrue(size < 4 * WaveSizes.MOST_BATCHES_PER_CORE);
  }

  @Test
  void aBatchThatIsTooLargeIsAWaveAllTheSame() {
    assertEquals(1, WaveSizes.choose(plan(800, 64), 1_000, 1, 2));
  }
}
