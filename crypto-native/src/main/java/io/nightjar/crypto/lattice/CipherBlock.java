package io.nightjar.crypto.lattice;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeMemory;
import java.util.Optional;

/**
 * The ciphertexts of one batch in native memory.
 *
 * <p>A block never changes once it exists; operations make new ones. It may be used from many
 * threads, and closed while they use it. It is not Serializable: {@link BlockCodec} is the way to
 * the wire.
 */
public final class CipherBlock implements EncryptedBlock {

  private final HeParameters parameters;
  private final BlockShape shape;
  private final Packing packing;
  private final int records;
  private final double scale;
  private final Optional<BlockSeed> seed;
  private final NativeHandle handle;

  private CipherBlock(
      HeContext context,
      NativeHandle.Use use,
      BlockShape shape,
      Packing packing,
      int records,
      double scale,
      Optional<BlockSeed> seed) {
    this.parameters = context.parameters();
    this.shape = shape;
    this.packing = packing;
    this.records = records;
    this.scale = scale;
    this.seed = seed;
    long bytes = nativeBytes(parameters, shape);
    NativeMemory.reserve(bytes);
    long pointer;
    try {
      pointer =
          Native.createBlock(
              use.pointer(),
              shape.ciphertexts(),
              shape.polys(),
              shape.limbs(),
              shape.form().code());
    } catch (RuntimeException e) {
      NativeMemory.unreserve(bytes);
      throw e;
    }
    this.handle = new NativeHandle(this, "block", pointer, bytes, Native::destroyBlock);
  }

  /**
   * Writes the residues of a block that nobody else can see yet: for the packages under
   * io.nightjar.crypto only.
   */
  public interface Filling {

    /** Writes all residues of the native block, by calls with the native context. */
    void fill(long context, long block);
  }

  /**
   * Makes a block whose residues {@code filling} writes; nothing is left behind when that throws.
   * For the packages under io.nightjar.crypto only.
   */
  public static CipherBlock create(
      HeContext context,
      BlockShape shape,
      Packing packing,
      int records,
      double scale,
      Optional<BlockSeed> seed,
      Filling filling) {
    BlockRules.check(context.parameters(), shape, packing, records, scale);
    try (NativeHandle.Use use = context.use()) {
      CipherBlock block = new CipherBlock(context, use, shape, packing, records, scale, seed);
      boolean filled = false;
      try (NativeHandle.Use memory = block.use()) {
        filling.fill(use.pointer(), memory.pointer());
        filled = true;
      } finally {
        if (!filled) {
          block.close();
        }
      }
      return block;
    }
  }

  /** Returns the parameters that it was encrypted under. */
  public HeParameters parameters() {
    return parameters;
  }

  /** Returns its shape. */
  public BlockShape shape() {
    return shape;
  }

  @Override
  public int ciphertexts() {
    return shape.ciphertexts();
  }

  /** Returns what a slot is. */
  public Packing packing() {
    return packing;
  }

  /** Returns how many records the batch has; which slots are theirs a layout says. */
  @Override
  public int records() {
    return records;
  }

  /** Returns the factor between real numbers and what is encrypted (CKKS); 1 for BFV. */
  public double scale() {
    return scale;
  }

  /** Returns whether its second polynomials are still the expansion of a seed. */
  public boolean isSeeded() {
    return seed.isPresent();
  }

  /** Returns the native memory that it takes. */
  public long nativeBytes() {
    return nativeBytes(parameters, shape);
  }

  /** Returns the native memory that a block of a shape would take. */
  public static long nativeBytes(HeParameters parameters, BlockShape shape) {
    long ciphertext =
        (long) parameters.ringDegree() * shape.polys() * shape.limbs() + COLUMN_PADDING;
    long bytes = ciphertext * shape.ciphertexts() * Long.BYTES;
    return bytes < HUGE_PAGE ? bytes : (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  }

  /** As kColumnPadding in the native core's block.h, and kHugePage in memory.cpp. */
  private static final int COLUMN_PADDING = 24;

  private static final long HUGE_PAGE = 2L << 20;

  Optional<BlockSeed> seed() {
    return seed;
  }

  /**
   * Holds the residues open until the result is closed: for the packages under io.nightjar.crypto
   * only.
   */
  public NativeHandle.Use use() {
    return handle.use();
  }

  @Override
  public void close() {
    handle.close();
  }

  /**
   * Compares identities: two encryptions of the same values are not equal, and that is the point.
   */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "CipherBlock[%s, %s, %d records%s]"
        .formatted(shape, packing, records, isSeeded() ? ", seeded" : "");
  }
}
