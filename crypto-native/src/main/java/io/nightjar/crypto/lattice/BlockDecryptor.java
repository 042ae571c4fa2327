package io.nightjar.crypto.lattice;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
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

  /** Decrypts integers (BFV), of which each ciphertext holds a column. */
  public Integers decrypt(CipherBlock block) {
    IntegerSlots slots = IntegerSlots.zeros(block.ciphertexts(), block.records(), block.records());
    double margin = decrypt(block, slots, 0);
    return new Integers(slots.columns(), margin);
  }

  /**
   * Decrypts integers (BFV) to where the slots of other ciphertexts of the batch are too.
   *
   * @param into where what is in the used slots goes
   * @param firstCiphertext the number that the block's first ciphertext has there
   * @return the noise margin, as {@link Integers#noiseMarginBits} has it
   * @throws IndexOutOfBoundsException if the ciphertexts are not among those
   */
  public double decrypt(CipherBlock block, IntegerSlots into, int firstCiphertext) {
    context.requireScheme(Scheme.BFV);
    check(block, into.slots(), into.records());
    Objects.checkFromIndexSize(firstCiphertext, block.ciphertexts(), into.ciphertexts());
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use secret = key.use();
        NativeHandle.Use memory = block.use()) {
      return Native.decrypt(
          c.pointer(),
          secret.pointer(),
          memory.pointer(),
          block.packing().code(),
          into.slots(),
          into.values(),
          firstCiphertext * into.slots(),
          cancellation);
    }
  }

  /**
   * Decrypts real numbers (CKKS), of which each ciphertext holds a column. They must not be shown
   * to whoever computed on the block.
   */
  public RealColumns decryptReal(CipherBlock block) {
    RealSlots slots = RealSlots.zeros(block.ciphertexts(), block.records(), block.records());
    decryptReal(block, slots, 0);
    return slots.columns();
  }

  /**
   * Decrypts real numbers (CKKS) to where the slots of other ciphertexts of the batch are too.
   *
   * @param into where what is in the used slots goes
   * @param firstCiphertext the number that the block's first ciphertext has there
   * @throws IndexOutOfBoundsException if the ciphertexts are not among those
   */
  public void decryptReal(CipherBlock block, RealSlots into, int firstCiphertext) {
    context.requireScheme(Scheme.CKKS);
    check(block, into.slots(), into.records());
    Objects.checkFromIndexSize(firstCiphertext, block.ciphertexts(), into.ciphertexts());
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use secret = key.use();
        NativeHandle.Use memory = block.use()) {
      Native.decryptReal(
          c.pointer(),
          secret.pointer(),
          memory.pointer(),
          block.scale(),
          into.slots(),
          into.values(),
          firstCiphertext * into.slots(),
          cancellation);
    }
  }

  private void check(CipherBlock block, int slots, int records) {
    context.requireSame(block.parameters(), "block");
    BlockRules.checkSlots(context.parameters(), slots);
    if (block.records() != records) {
      throw new IllegalArgumentException(
          "The block is of %d records, not %d".formatted(block.records(), records));
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
