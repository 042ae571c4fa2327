package io.nightjar.crypto.lattice;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import java.util.Objects;
import java.util.Optional;

/** Encrypts the columns of a batch, and adds plain columns to encrypted ones. */
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

  /**
   * Encrypts integers (BFV).
   *
   * @throws IllegalArgumentException if a value is not in [-t/2, t/2), naming it
   */
  public CipherBlock encrypt(IntegerColumns columns, Packing packing, Form form) {
    context.requireScheme(Scheme.BFV);
    BlockShape shape = fresh(columns.columns(), form);
    return encrypt(shape, packing, columns.records(), 1, columns.values());
  }

  /** Encrypts real numbers times {@code scale}, rounded (CKKS). */
  public CipherBlock encrypt(RealColumns columns, double scale) {
    context.requireScheme(Scheme.CKKS);
    BlockShape shape = fresh(columns.columns(), Form.NTT);
    return encrypt(shape, Packing.SLOTS, columns.records(), scale, columns.values());
  }

  private BlockShape fresh(int columns, Form form) {
    return new BlockShape(columns, 2, context.parameters().dataLimbs(), form);
  }

  private CipherBlock encrypt(
      BlockShape shape, Packing packing, int records, double scale, Object values) {
    int order = packing.code();
    if (key instanceof SecretKey secret) {
      BlockSeed seed = BlockSeed.empty();
      try (NativeHandle.Use use = secret.use()) {
        return CipherBlock.create(
            context,
            shape,
            packing,
            records,
            scale,
            Optional.of(seed),
            (c, block) ->
                Native.encryptSymmetric(
                    c,
                    use.pointer(),
                    block,
                    order,
                    scale,
                    values,
                    records,
                    seed.bytes(),
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
                  c, use.pointer(), block, order, scale, values, records, cancellation));
    }
  }
}
