package io.nightjar.crypto.lattice;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.NativeFailureException;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import java.util.List;
import java.util.Random;

/**
 * Encrypts, evaluates a layer and decrypts, at a real profile, and compares with plain arithmetic.
 */
public final class SelfTest {

  private static final int ROWS = 10;
  private static final int TERMS = 64;
  private static final int RECORDS = 100;

  private SelfTest() {}

  /**
   * Runs the test with one kernel.
   *
   * @return what was tried, and the noise margin that was left
   * @throws NativeFailureException if a value comes out wrong
   */
  public static String run(Kernel kernel) {
    HeParameters parameters = HeParameters.bfv(2048, List.of(44), 1L << 22);
    Random random = new Random(7);
    long[] values = random.longs((long) TERMS * RECORDS, -128, 128).toArray();
    int[] weights = random.ints((long) ROWS * TERMS, -128, 128).toArray();
    IntegerColumns columns = new IntegerColumns(TERMS, RECORDS, values);
    try (HeContext context = HeContext.open(parameters);
        SecretKey key = SecretKey.generate(context);
        CipherBlock input =
            new BlockEncryptor(context, key).encrypt(columns, Packing.COEFFICIENTS, Form.NTT);
        CipherBlock output =
            new BlockEvaluator(context, kernel, Cancellation.ON_INTERRUPT)
                .apply(IntegerLayer.dense(ROWS, TERMS, weights), input)) {
      BlockDecryptor.Integers decrypted = new BlockDecryptor(context, key).decrypt(output);
      for (int row = 0; row < ROWS; row++) {
        for (int record = 0; record < RECORDS; record++) {
          long expected = 0;
          for (int k = 0; k < TERMS; k++) {
            expected += weights[row * TERMS + k] * columns.get(k, record);
          }
          long found = decrypted.columns().get(row, record);
          if (found != expected) {
            throw new NativeFailureException(
                "Kernel %s computed %d instead of %d for row %d, record %d"
                    .formatted(kernel.name(), found, expected, row, record));
          }
        }
      }
      return "%s: a %dx%d layer on encrypted records is exact, %.1f bits of noise margin left"
          .formatted(kernel.name(), ROWS, TERMS, decrypted.noiseMarginBits());
    }
  }
}
