package io.nightjar.crypto.lattice;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import java.util.Objects;
import java.util.Optional;

/** Encrypts the numbers of a batch, as they lie in ciphertexts. */
public final class BlockEncryptor {

  private final HeContext context;
  private final EncryptionKey key;
  private final Cancellation cancellation;

  /** Creates an encryptor that gives up when its thread is interrupted. */
  public BlockEncryptor(HeContext context, EncryptionKey key) {
    this(context, key, Cancellation.ON_INTERRUPT);
  }

  /** Creates an encryptor; it owns neither the context nor the key. */
  public BlockEncryptor(HeContext context, EncryptionKey key, Cancellation cancellation) {
    this.context = Objects.requireNonNull(context, "context");
    this.key = Objects.requireNonNull(key, "key");
    this.cancellation = Objects.requireNonNull(cancellation, "cancellation");
    context.requireSame(key.parameters(), "key");
  }

  /** Encrypts integers (BFV) with randomness that nobody has again. */
  public CipherBlock encrypt(IntegerSlots slots, Packing packing, Form form) {
    try (EncryptionSeed seed = EncryptionSeed.fresh()) {
      return encrypt(slots, packing, form, seed);
    }
  }

  /**
   * Encrypts integers (BFV).
   *
   * @param seed what all randomness follows from under a secret key; no other integers may meet it
   * @throws IllegalArgumentException if a value is not in [-t/2, t/2), naming it
   */
  public CipherBlock encrypt(IntegerSlots slots, Packing packing, Form form, EncryptionSeed seed) {
    context.requireScheme(Scheme.BFV);
    BlockShape shape = fresh(slots.ciphertexts(), form);
    return encrypt(shape, packing, slots.records(), slots.slots(), 1, slots.values(), seed);
  }

  /** Encrypts integers (BFV), each column in a ciphertext of its own. */
  public CipherBlock encrypt(IntegerColumns columns, Packing packing, Form form) {
    return encrypt(IntegerSlots.of(columns), packing, form);
  }

  /**
   * Encrypts real numbers times {@code scale}, rounded (CKKS), with randomness that nobody has
   * again.
   */
  public CipherBlock encrypt(RealSlots slots, double scale) {
    try (EncryptionSeed seed = EncryptionSeed.fresh()) {
      return encrypt(slots, scale, seed);
    }
  }

  /**
   * Encrypts real numbers times {@code scale}, rounded (CKKS).
   *
   * @param seed what all randomness follows from under a secret key; no other numbers may meet it
   */
  public CipherBlock encrypt(RealSlots slots, double scale, EncryptionSeed seed) {
    context.requireScheme(Scheme.CKKS);
    BlockShape shape = fresh(slots.ciphertexts(), Form.NTT);
    return encrypt(
        shape, Packing.SLOTS, slots.records(), slots.slots(), scale, slots.values(), seed);
  }

  /** Encrypts real numbers (CKKS), each column in a ciphertext of its own. */
  public CipherBlock encrypt(RealColumns columns, double scale) {
    return encrypt(RealSlots.of(columns), scale);
  }

  private BlockShape fresh(int ciphertexts, Form form) {
    return new BlockShape(ciphertexts, 2, context.parameters().dataLimbs(), form);
  }

  private CipherBlock encrypt(
      BlockShape shape,
      Packing packing,
      int records,
      int slots,
      double scale,
      Object values,
      EncryptionSeed seed) {
    BlockRules.checkSlots(context.parameters(), slots);
    int order = packing.code();
    if (key instanceof SecretKey secret) {
      BlockSeed expanded = BlockSeed.empty();
      try (NativeHandle.Use use = secret.use()) {
        return CipherBlock.create(
            context,
            shape,
            packing,
            records,
            scale,
            Optional.of(expanded),
            (c, block) ->
                Native.encryptSymmetric(
                    c,
                    use.pointer(),
                    block,
                    order,
                    scale,
                    values,
                    slots,
                    seed.bytes(RawSecretAccess.granted()),
                    expanded.bytes(),
                    cancellation));
      }
    }
    try (NativeHandle.Use use = ((PublicKey) key).block().use()) {
      return CipherBlock.create(
          context,
          shape,
          packing,
          records,
          scale,
          Optional.empty(),
          (c, block) ->
              Native.encryptPublic(
                  c, use.pointer(), block, order, scale, values, slots, cancellation));
    }
  }
}
