package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeLibrary;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.crypto.protect.SecretBytes;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A ring in native memory, where the kernel multiplies eight numbers at a time.
 *
 * <p>Where the processor has no wide instructions for that, powers with one exponent are GMP's, if
 * it can be loaded: its products are faster than the portable kernel's.
 */
final class KernelRing implements NumberRing {

  /** The one kernel whose products of large numbers are not the portable ones. */
  private static final String WIDE = "avx512ifma";

  private final int width;
  private final SecretBytes modulus;
  private final NativeHandle handle;
  private final Optional<BigIntegerRing> gmp;

  KernelRing(BigInteger modulus) {
    NativeLibrary.load();
    this.width = LargeNumbers.width(modulus);
    byte[] bytes = LargeNumbers.of(modulus, width);
    Kernel kernel = Kernel.preferred();
    this.gmp =
        kernel.name().equals(WIDE) || !GmpPowers.isAvailable()
            ? Optional.empty()
            : Optional.of(new BigIntegerRing(modulus, new GmpPowers()));
    long pointer = Native.createRing(bytes, kernel.index());
    this.modulus = SecretBytes.take(bytes);
    this.handle = new NativeHandle(this, "ring", pointer, 0, Native::destroyRing);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public byte[] powers(byte[] numbers, byte[] exponent, Cancellation cancellation) {
    if (gmp.isPresent()) {
      return gmp.get().powers(numbers, exponent, cancellation);
    }
    try (NativeHandle.Use use = handle.use()) {
      return Native.ringPowers(use.pointer(), numbers, exponent, cancellation);
    }
  }

  @Override
  public byte[] product(byte[] numbers) {
    try (NativeHandle.Use use = handle.use()) {
      return Native.ringProduct(use.pointer(), numbers);
    }
  }

  @Override
  public FixedBase fixedBase(byte[] base, int exponentBytes) {
    try (NativeHandle.Use use = handle.use()) {
      return new Base(Native.createFixedBase(use.pointer(), base, exponentBytes));
    }
  }

  @Override
  public LaneColumns columns(byte[] numbers, int lanes) {
    try (NativeHandle.Use use = handle.use()) {
      long bytes = nativeBytes(numbers.length / width / lanes);
      NativeMemory.reserve(bytes);
      long pointer;
      try {
        pointer = Native.createLaneColumns(use.pointer(), numbers, lanes);
      } catch (RuntimeException e) {
        NativeMemory.unreserve(bytes);
        throw e;
      }
      return new Columns(pointer, bytes).inverted(modulus.number(), width);
    }
  }

  /** Digits of 52 bits, a multiple of four, of columns and their inverses; see lanes.cpp. */
  private long nativeBytes(int columns) {
    long digits = (Byte.SIZE * (long) width + 2 + 51) / 52;
    long words = (digits + 3) / 4 * 4 * PaillierParameters.LANES;
    return 2L * columns * words * Long.BYTES;
  }

  /** Shares the native ring, which stays as long as this does. */
  private static final class Base implements FixedBase {
    private final NativeHandle handle;

    Base(long pointer) {
      this.handle = new NativeHandle(this, "base", pointer, 0, Native::destroyFixedBase);
    }

    @Override
    public byte[] powers(byte[] exponents, Cancellation cancellation) {
      try (NativeHandle.Use use = handle.use()) {
        return Native.fixedBasePowers(use.pointer(), exponents, cancellation);
      }
    }

    @Override
    public void close() {
      handle.close();
    }
  }

  /** Shares the native ring, too. */
  private static final class Columns implements LaneColumns {
    private final NativeHandle handle;

    Columns(long pointer, long bytes) {
      this.handle = new NativeHandle(this, "columns", pointer, bytes, Native::destroyLaneColumns);
    }

    /** Inverts all columns by the inverses of their products. */
    Columns inverted(BigInteger modulus, int width) {
      boolean done = false;
      try (NativeHandle.Use use = handle.use()) {
        byte[] products = Native.laneColumnsProduct(use.pointer());
        BigPowers powers = BigPowers.preferred();
        for (int lane = 0; lane < products.length / width; lane++) {
          BigInteger product = LargeNumbers.get(products, lane, width);
          LargeNumbers.put(BigIntegerRing.inverse(powers, product, modulus), products, lane, width);
        }
        Native.laneColumnsInvert(use.pointer(), products);
        done = true;
        return this;
      } finally {
        if (!done) {
          close();
        }
      }
    }

    @Override
    public byte[] multipower(
        int terms,
        int[] weights,
        int[] gathered,
        byte[] factors,
        FixedBase mask,
        byte[] exponents,
        Cancellation cancellation) {
      try (NativeHandle.Use use = handle.use();
          NativeHandle.Use base = ((Base) mask).handle.use()) {
        return Native.multipower(
            use.pointer(),
            terms,
            weights,
            gathered,
            factors,
            base.pointer(),
            exponents,
            cancellation);
      }
    }

    @Override
    public void close() {
      handle.close();
    }
  }

  @Override
  public void close() {
    gmp.ifPresent(BigIntegerRing::close);
    handle.close();
    modulus.close();
  }

  @Override
  public String toString() {
    return "KernelRing[%d bytes]".formatted(width);
  }
}
