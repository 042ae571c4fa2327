package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.testing.Slow;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A hundred thousand tampered blocks: each is refused, or is a block after all. */
class MutatedBlocksTest {

  private static final int MUTATIONS = 120_000;
  private static final long SEED = 20251101;

  @Slow
  @Test
  void everyTamperedBlockIsRefusedOrValid() {
    long handlesBefore = NativeMemory.openHandles();
    int valid = 0;
    try (HeContext context = HeContext.open(KnownBlock.PARAMETERS)) {
      List<byte[]> originals = MutatedBlock.originals(context);
      Random random = new Random(SEED);
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] bytes = MutatedBlock.mutate(originals, random::nextInt);
        try {
          valid += MutatedBlock.read(context, bytes).isEmpty() ? 1 : 0;
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("mutation " + i, e);
        }
      }
    }
    assertEquals(handlesBefore, NativeMemory.openHandles());
    // Otherwise the mutations would not get anywhere, or not change anything.
    assertTrue(valid > MUTATIONS / 50 && valid < MUTATIONS / 2, valid + " were valid");
  }

  @Test
  void theBlocksThatAreTamperedWithAreValidBefore() {
    try (HeContext context = HeContext.open(KnownBlock.PARAMETERS)) {
      for (byte[] original : MutatedBlock.originals(context)) {
        assertEquals(Optional.empty(), MutatedBlock.read(context, original));
      }
    }
  }
}
