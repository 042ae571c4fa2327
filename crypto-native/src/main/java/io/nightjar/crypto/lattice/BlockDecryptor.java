package io.nightjar.crypto.lattice;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import java.util.Objects;

/** Decrypts blocks, and says how much noise they could still have taken. */
public final class BlockDecryptor {

  private final HeContext context;
  private final SecretKey key;
  private final Cancellation cancellation;

  /** Creates a decryptor that gives up when its thread is interrupted. */
  public BlockDecryptor(HeContext context, SecretKey key) {
    this(context, key, Cancellation.ON_INTERRUPT);
  }

  /** Creates a decryptor; it owns neither the context nor the key. */
  public BlockDecryptor(HeContext context, SecretKey key, Cancellation cancellation) {
    this.context = Objects.requireNonNull(context, "context");
    this.key = Objects.requireNonNull(key, "key");
    this.cancellation = Objects.requireNonNull(cancellation, "cancellation");
    context.requireSame(key.parameters(), "key");
  }

  /**
   * What decryption found.
   *
   * @param columns integers in [-t/2, t/2)
   * @param noiseMarginBits how often the noise could double before a value would be wrong, over all
   *     columns; below 1 the values cannot be relied on
   */
  public record Integers(IntegerColumns columns, double noiseMarginBits) {}

  /** Decrypts integers (BFV). */
  public Integers decrypt(CipherBlock block) {
    int columns = block.shape().ciphertexts();
    long[] values = new long[Math.multiplyExact(columns, block.records())];
    double margin = decrypt(block, values, 0);
    return new Integers(new IntegerColumns(columns, block.records(), values), margin);
  }

  /**
   * Decrypts integers (BFV) into an array that has those of other columns too.
   *
   * @param first where the first column begins
   * @return the noise margin, as {@link Integers#noiseMarginBits} has it
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public double decrypt(CipherBlock block, long[] values, int first) {
    context.requireScheme(Scheme.BFV);
    context.requireSame(block.parameters(), "block");
    int count = Math.multiplyExact(block.shape().ciphertexts(), block.records());
    Objects.checkFromIndexSize(first, count, values.length);
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use secret = key.use();
        NativeHandle.Use memory = block.use()) {
      return Native.decrypt(
          c.pointer(),
          secret.pointer(),
          memory.pointer(),
          block.packing().code(),
          block.records(),
          values,
          first,
          cancellation);
    }
  }

  /** Decrypts real numbers (CKKS). They must not be shown to whoever computed on the block. */
  public RealColumns decryptReal(CipherBlock block) {
    context.requireScheme(Scheme.CKKS);
    context.requireSame(block.parameters(), "block");
    int columns = block.shape().ciphertexts();
    double[] values = new double[Math.multiplyExact(columns, block.records())];
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use secret = key.use();
        NativeHandle.Use memory = block.use()) {
      Native.decryptReal(
          c.pointer(),
          secret.pointer(),
          memory.pointer(),
          block.scale(),
          block.records(),
          values,
          cancellation);
      return new RealColumns(columns, block.records(), values);
    }
  }

  /** Returns the noise margin of a BFV block, as {@link Integers#noiseMarginBits} has it. */
  public double noiseMarginBits(CipherBlock block) {
    context.requireScheme(Scheme.BFV);
    context.requireSame(block.parameters(), "block");
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use secret = key.use();
        NativeHandle.Use memory = block.use()) {
      return Native.noiseMargin(c.pointer(), secret.pointer(), memory.pointer(), cancellation);
    }
  }

  /**
   * Returns the noise of every coefficient of a BFV block, column after column: what it decrypts to
   * before rounding, less the encoding of what it is rounded to.
   *
   * <p>This is all that the key's owner can learn from a block beside its values. Below 2^53 the
   * numbers are exact.
   */
  public double[] noise(CipherBlock block) {
    context.requireScheme(Scheme.BFV);
    context.requireSame(block.parameters(), "block");
    double[] noise =
        new double
            [Math.multiplyExact(block.shape().ciphertexts(), context.parameters().ringDegree())];
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use secret = key.use();
        NativeHandle.Use memory = block.use()) {
      Native.noise(c.pointer(), secret.pointer(), memory.pointer(), noise, cancellation);
    }
    return noise;
  }
}
