package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Integers drawn for each record are those of the table, the seed and the column's number. */
class RecordNoiseTest {

  private static final byte[] SEED = new byte[RecordNoise.SEED_BYTES];

  static {
    new Random(1).nextBytes(SEED);
  }

  @Test
  void whatIsDrawnIsWhatTheJdksChaCha20Says() throws GeneralSecurityException {
    Random random = new Random(2);
    for (int magnitude : new int[] {0, 1, 3, 64, 1024}) {
      long[] table = TestBlocks.cumulative(random, magnitude);
      RecordNoise noise = new RecordNoise(table);
      for (long column : new long[] {0, 7, RecordNoise.CONSTANT_COLUMN, (5L << 32) + 7, -1}) {
        assertArrayEquals(drawn(table, SEED, column, 3000), noise.sample(SEED, column, 3000));
      }
    }
  }

  @Test
  void fewerRecordsGetTheSameIntegers() {
    RecordNoise noise = new RecordNoise(TestBlocks.cumulative(new Random(3), 20));
    long[] all = noise.sample(SEED, 4, 1000);

    assertArrayEquals(Arrays.copyOf(all, 333), noise.sample(SEED, 4, 333));
    assertArrayEquals(new long[0], noise.sample(SEED, 4, 0));
  }

  /**
   * A count of 2^20 draws with probability p has the standard deviation sqrt(2^20 p (1 - p)). Seven
   * of them are exceeded once in 10^11; the seed is fixed besides.
   */
  @Test
  void integersAreAsFrequentAsTheTableSays() {
    int draws = 1 << 20;
    long[] table = {1L << 60, 1L << 62, 3L << 61, 7L << 60, Long.MAX_VALUE};
    double[] probabilities = {0.125, 0.375, 0.25, 0.125, 0.125};
    int[] counts = new int[table.length];
    for (long value : new RecordNoise(table).sample(SEED, 9, draws)) {
      counts[(int) value + 2]++;
    }

    for (int i = 0; i < counts.length; i++) {
      double p = probabilities[i];
      assertEquals(draws * p, counts[i], 7 * Math.sqrt(draws * p * (1 - p)));
    }
  }

  @Test
  void noIntegerIsLargerThanTheMagnitude() {
    RecordNoise noise = new RecordNoise(new long[] {1L << 62, 1L << 62, Long.MAX_VALUE});

    assertEquals(1, noise.magnitude());
    for (long value : noise.sample(SEED, 0, 1000)) {
      assertTrue(value == -1 || value == 1, () -> "drew " + value);
    }
  }

  @Test
  void whatIsNoTableIsRefused() {
    assertRefused("has 2m + 1 entries with m from 0 to 1024, not 0", new long[0]);
    assertRefused("not 2", new long[] {1, Long.MAX_VALUE});
    assertRefused("not 2051", new long[2051]);
    assertRefused("Entry 0 of a cumulative table must be at least 0", new long[] {-1, 0, 1});
    assertRefused(
        "Entry 2 of a cumulative table must be at least 6, the one before, not 5",
        new long[] {1, 6, 5});
    assertRefused("must be 9223372036854775807, not 3", new long[] {1, 2, 3});
  }

  @Test
  void aSeedOfAnotherLengthAndANegativeNumberOfRecordsAreRefused() {
    RecordNoise noise = new RecordNoise(new long[] {Long.MAX_VALUE});

    String seed =
        assertThrows(IllegalArgumentException.class, () -> noise.sample(new byte[31], 0, 1))
            .getMessage();
    assertEquals("A seed has 32 bytes, not 31", seed);
    assertThrows(NullPointerException.class, () -> noise.sample(null, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> noise.sample(SEED, 0, -1));
  }

  @Test
  void equalTablesAreEqualAndNothingOfATableIsShownOrCanBeChanged() {
    long[] table = {5, 1L << 62, Long.MAX_VALUE};
    RecordNoise noise = new RecordNoise(table);
    RecordNoise same = new RecordNoise(table.clone());
    table[0] = 6;

    assertEquals(same, noise);
    assertEquals(same.hashCode(), noise.hashCode());
    assertNotEquals(new RecordNoise(table), noise);
    assertEquals("RecordNoise[-1 to 1]", noise.toString());
    assertFalse(noise.toString().contains(HexFormat.of().formatHex(SEED)));
  }

  private static void assertRefused(String part, long[] table) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new RecordNoise(table)).getMessage();
    assertTrue(message.contains(part), message);
  }

  /** The Javadoc of {@link RecordNoise}, with the JDK's stream cipher. */
  private static long[] drawn(long[] table, byte[] seed, long column, int records)
      throws GeneralSecurityException {
    byte[] nonce =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(4).putLong(column).array();
    Cipher cipher = Cipher.getInstance("ChaCha20");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(seed, "ChaCha20"),
        new ChaCha20ParameterSpec(nonce, 0));
    ByteBuffer stream =
        ByteBuffer.wrap(cipher.doFinal(new byte[8 * records])).order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[records];
    for (int j = 0; j < records; j++) {
      long number = stream.getLong() & Long.MAX_VALUE;
      int i = 0;
      while (i < table.length - 1 && number >= table[i]) {
        i++;
      }
      values[j] = i - (long) (table.length / 2);
    }
    return values;
  }
}
