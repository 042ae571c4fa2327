package io.nightjar.crypto.naive;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.BlockRules;
import io.nightjar.crypto.lattice.BlockShape;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.natives.NaiveNative;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeLibrary;

/**
 * The data owner as a program written against SEAL: one Encryptor and one Decryptor call for every
 * column, under a key of its own.
 *
 * <p>It is the yardstick of benchmarks and the oracle of tests; nothing else should use it. Its
 * ciphertexts stay inside. It is for BFV, and packs the value of record j into coefficient j.
 */
public final class NaiveSealCipher implements AutoCloseable {

  private final HeParameters parameters;
  private final NativeHandle handle;
  private int columns;

  /** Makes a key. */
  public NaiveSealCipher(HeContext context) {
    this.parameters = context.parameters();
    context.requireScheme(Scheme.BFV);
    NativeLibrary.loadNaive();
    try (NativeHandle.Use c = context.use()) {
      long pointer = NaiveNative.createCipher(c.pointer());
      this.handle = new NativeHandle(this, "naive cipher", pointer, 0, NaiveNative::destroyCipher);
    }
  }

  /**
   * Encrypts columns, in place of those that it held.
   *
   * @throws IllegalArgumentException if there are more records than fit, or a value is not in
   *     [-t/2, t/2), naming it
   */
  public synchronized void encrypt(IntegerColumns values) {
    check(values.columns(), values.records());
    try (NativeHandle.Use naive = handle.use()) {
      NaiveNative.encrypt(naive.pointer(), values.values(), values.records());
    }
    columns = values.columns();
  }

  /**
   * Decrypts the columns that it holds, and reads that many records of each.
   *
   * @throws IllegalStateException if it holds none
   */
  public synchronized IntegerColumns decrypt(int records) {
    try (NativeHandle.Use naive = handle.use()) {
      if (columns == 0) {
        throw new IllegalStateException("There is nothing to decrypt: nothing has been encrypted");
      }
      check(columns, records);
      long[] values = new long[Math.multiplyExact(columns, records)];
      NaiveNative.decrypt(naive.pointer(), values, records);
      return new IntegerColumns(columns, records, values);
    }
  }

  private void check(int count, int records) {
    BlockShape shape = new BlockShape(count, 2, parameters.dataLimbs(), Form.COEFFICIENT);
    BlockRules.check(parameters, shape, Packing.COEFFICIENTS, records, 1);
  }

  @Override
  public void close() {
    handle.close();
  }
}
