package io.nightjar.crypto.paillier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.testing.Slow;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tampered Paillier blocks and public keys: each is refused, or is one after all. */
class MutatedPaillierBlocksTest {

  private static final int MUTATIONS = 60_000;
  private static final int KEYS = 150;
  private static final long SEED = 20251102;

  private PaillierPublicKey key;
  private List<byte[]> originals;

  @BeforeEach
  void open() {
    key = MutatedPaillierBlock.key();
    originals = MutatedPaillierBlock.originals(key);
  }

  @AfterEach
  void close() {
    key.close();
  }

  @Slow
  @Test
  void everyTamperedBlockIsRefusedOrValid() {
    long handlesBefore = NativeMemory.openHandles();
    Random random = new Random(SEED);
    int valid = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = MutatedPaillierBlock.mutate(key, originals, random::nextInt);
      try {
        valid += MutatedPaillierBlock.read(key, bytes).isEmpty() ? 1 : 0;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("mutation " + i, e);
      }
    }
    assertEquals(handlesBefore, NativeMemory.openHandles());
    // Otherwise the mutations would not get anywhere, or not change anything.
    assertTrue(valid > MUTATIONS / 50 && valid < MUTATIONS / 2, valid + " were valid");
  }

  @Test
  void theBlocksAndTheKeyThatAreTamperedWithAreValidBefore() {
    for (byte[] original : originals) {
      assertEquals(Optional.empty(), MutatedPaillierBlock.read(key, original));
    }
    assertTrue(MutatedPaillierBlock.readKey(key.toBytes()));
  }

  @Test
  void noBlockIsShorterThanItsHeaderSays() {
    for (byte[] original : originals) {
      for (int length = 0; length < original.length; length++) {
        byte[] shorter = Arrays.copyOf(original, length);
        assertTrue(MutatedPaillierBlock.read(key, shorter).isPresent(), "length " + length);
      }
    }
  }

  @Test
  void noFlippedBitIsAccepted() {
    for (byte[] original : originals) {
      for (int bit = 0; bit < Byte.SIZE * original.length; bit++) {
        byte[] flipped = original.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        assertTrue(MutatedPaillierBlock.read(key, flipped).isPresent(), "bit " + bit);
      }
    }
  }

  /** Everything about the header is right, but that no such block comes. */
  @ParameterizedTest
  @ValueSource(longs = {MutatedPaillierBlock.MAX_BLOCK_BYTES, Long.MAX_VALUE})
  void whatIsOnlyAnnouncedTakesNoMemory(long limit) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    PaillierParameters parameters = MutatedPaillierBlock.PARAMETERS;
    PaillierCodec codec = new PaillierCodec(key, limit);
    int columns = EncryptedBlock.MAX_CIPHERTEXTS;
    int records = parameters.batchSize();
    long announced = parameters.blockBytes(columns, records);
    byte[] bytes = originals.get(0).clone();
    MutatedPaillierBlock.claim(bytes, columns, records, announced);
    byte[] huge = MutatedPaillierBlock.withFixedChecksums(bytes);
    int came = huge.length - PaillierHeader.BYTES;

    long before = threads.getCurrentThreadAllocatedBytes();
    InvalidBlockException refusal =
        assertThrows(
            InvalidBlockException.class,
            () -> codec.readBlock(new ByteArrayInputStream(huge), header -> {}));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertEquals(
        limit > announced
            ? "The block ends inside its payload: %d of %d bytes".formatted(came, announced)
            : "The block needs %d bytes; at most %d are allowed".formatted(announced, limit),
        refusal.getMessage());
    assertTrue(allocated < announced / 100, allocated + " bytes were allocated");
  }

  @Test
  void whatAPayloadLengthSaysIsWhatItsColumnsAndRecordsSay() {
    byte[] original = originals.get(1);
    int payload = original.length - PaillierHeader.BYTES - Integer.BYTES;
    int records = MutatedPaillierBlock.PARAMETERS.batchSize() / 4;
    for (long claimed : new long[] {0, payload - 1, payload + 1, -1, Long.MAX_VALUE, 1L << 32}) {
      byte[] bytes = original.clone();
      MutatedPaillierBlock.claim(bytes, 3, records, claimed);
      byte[] changed = MutatedPaillierBlock.withFixedChecksums(bytes);
      InvalidBlockException refusal =
          assertThrows(
              InvalidBlockException.class,
              () ->
                  new PaillierCodec(key, Long.MAX_VALUE)
                      .readBlock(new ByteArrayInputStream(changed), header -> {}));
      assertEquals(
          "The block's payload length is %d, not %d".formatted(claimed, payload),
          refusal.getMessage());
    }
  }

  @Test
  void noShorterOrLongerPublicKeyIsAcceptedAndNoFlippedBit() {
    byte[] good = key.toBytes();
    for (int length = 0; length <= 2 * good.length; length++) {
      assertEquals(
          length == good.length, MutatedPaillierBlock.readKey(Arrays.copyOf(good, length)));
    }
    for (int bit = 0; bit < Byte.SIZE * good.length; bit++) {
      byte[] flipped = good.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertFalse(MutatedPaillierBlock.readKey(flipped), "bit " + bit);
    }
  }

  /** Whoever makes a key can make its checksum, too. */
  @Test
  void everyTamperedPublicKeyIsRefusedOrValid() {
    long handlesBefore = NativeMemory.openHandles();
    Random random = new Random(SEED);
    byte[] good = key.toBytes();
    int at = good.length - Integer.BYTES;
    int valid = 0;
    for (int i = 0; i < KEYS; i++) {
      byte[] bytes = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        int modulusBytes = MutatedPaillierBlock.PARAMETERS.plaintextBytes();
        bytes[
                random.nextInt(8) == 0
                    ? random.nextInt(at)
                    : at - 1 - random.nextInt(modulusBytes)] ^=
            (byte) (1 << random.nextInt(8));
      }
      CRC32C checksum = new CRC32C();
      checksum.update(bytes, 0, at);
      ByteBuffer.wrap(bytes).putInt(at, (int) checksum.getValue());
      valid += MutatedPaillierBlock.readKey(bytes) ? 1 : 0;
    }
    assertEquals(handlesBefore, NativeMemory.openHandles());
    assertTrue(valid > 0 && valid < KEYS / 2, valid + " were valid");
  }
}
