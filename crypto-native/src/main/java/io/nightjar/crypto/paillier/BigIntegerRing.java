package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.CancelledException;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.protect.SecretBytes;
import java.math.BigInteger;
import java.util.Arrays;

/** A ring by {@link BigInteger}'s products and one of the {@link BigPowers}, one number a time. */
final class BigIntegerRing implements NumberRing {

  private final int width;
  private final SecretBytes modulus;
  private final BigPowers powers;

  BigIntegerRing(BigInteger modulus, BigPowers powers) {
    this.width = LargeNumbers.width(modulus);
    this.modulus = SecretBytes.take(LargeNumbers.of(modulus, width));
    this.powers = powers;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public byte[] powers(byte[] numbers, byte[] exponent, Cancellation cancellation) {
    BigInteger n = modulus.number();
    BigInteger e = new BigInteger(1, exponent);
    byte[] results = new byte[numbers.length];
    for (int i = 0; i < numbers.length / width; i++) {
      stopIf(cancellation);
      LargeNumbers.put(power(LargeNumbers.get(numbers, i, width), e, n), results, i, width);
    }
    return results;
  }

  private BigInteger power(BigInteger base, BigInteger exponent, BigInteger n) {
    return exponent.signum() == 0 ? BigInteger.ONE : powers.power(base, exponent, n);
  }

  @Override
  public byte[] product(byte[] numbers) {
    BigInteger n = modulus.number();
    BigInteger product = BigInteger.ONE;
    for (int i = 0; i < numbers.length / width; i++) {
      product = product.multiply(LargeNumbers.get(numbers, i, width)).mod(n);
    }
    return LargeNumbers.of(product, width);
  }

  @Override
  public FixedBase fixedBase(byte[] base, int exponentBytes) {
    return new Base(SecretBytes.take(base.clone()), exponentBytes);
  }

  private final class Base implements FixedBase {
    private final SecretBytes base;
    private final int exponentBytes;

    Base(SecretBytes base, int exponentBytes) {
      this.base = base;
      this.exponentBytes = exponentBytes;
    }

    @Override
    public byte[] powers(byte[] exponents, Cancellation cancellation) {
      BigInteger n = modulus.number();
      BigInteger number = base.number();
      int count = exponents.length / exponentBytes;
      byte[] results = new byte[count * width];
      for (int i = 0; i < count; i++) {
        stopIf(cancellation);
        BigInteger exponent = LargeNumbers.get(exponents, i, exponentBytes);
        LargeNumbers.put(power(number, exponent, n), results, i, width);
      }
      return results;
    }

    @Override
    public void close() {
      base.close();
    }
  }

  @Override
  public LaneColumns columns(byte[] numbers, int lanes) {
    BigInteger n = modulus.number();
    BigInteger[] forward = new BigInteger[numbers.length / width];
    BigInteger[] inverses = new BigInteger[forward.length];
    for (int i = 0; i < forward.length; i++) {
      forward[i] = LargeNumbers.get(numbers, i, width);
      inverses[i] = inverse(powers, forward[i], n);
    }
    return new Columns(n, forward, inverses, lanes);
  }

  static BigInteger inverse(BigPowers powers, BigInteger number, BigInteger modulus) {
    try {
      return powers.inverse(number, modulus);
    } catch (ArithmeticException e) {
      throw new InvalidBlockException("A ciphertext is no unit: it has no inverse", e);
    }
  }

  private final class Columns implements LaneColumns {
    private final BigInteger n;
    private final BigInteger[] forward;
    private final BigInteger[] inverses;
    private final int lanes;

    Columns(BigInteger n, BigInteger[] forward, BigInteger[] inverses, int lanes) {
      this.n = n;
      this.forward = forward;
      this.inverses = inverses;
      this.lanes = lanes;
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
      int rows = weights.length / terms;
      int gathers = gathered.length / terms;
      byte[] masks = mask.powers(exponents, cancellation);
      byte[] results = new byte[rows * gathers * lanes * width];
      for (int row = 0; row < rows; row++) {
        int[] exponent = Arrays.copyOfRange(weights, row * terms, (row + 1) * terms);
        BigInteger factor = LargeNumbers.get(factors, row, width);
        for (int gather = 0; gather < gathers; gather++) {
          stopIf(cancellation);
          int[] columns = Arrays.copyOfRange(gathered, gather * terms, (gather + 1) * terms);
          for (int lane = 0; lane < lanes; lane++) {
            int place = (row * gathers + gather) * lanes + lane;
            BigInteger result = product(exponent, columns, lane);
            result = result.multiply(factor).mod(n);
            result = result.multiply(LargeNumbers.get(masks, place, width)).mod(n);
            LargeNumbers.put(result, results, place, width);
          }
        }
      }
      return results;
    }

    /** All bases share the squarings: one for each bit of the largest exponent. */
    private BigInteger product(int[] exponents, int[] columns, int lane) {
      BigInteger product = BigInteger.ONE;
      for (int bit = IntegerLayer.MAX_WEIGHT_BITS; bit >= 0; bit--) {
        if (!product.equals(BigInteger.ONE)) {
          product = product.multiply(product).mod(n);
        }
        for (int k = 0; k < exponents.length; k++) {
          if (columns[k] != IntegerLayer.NO_COLUMN && (Math.abs(exponents[k]) >> bit & 1) == 1) {
            BigInteger[] bases = exponents[k] > 0 ? forward : inverses;
            product = product.multiply(bases[columns[k] * lanes + lane]).mod(n);
          }
        }
      }
      return product;
    }

    @Override
    public void close() {
      // Ciphertexts are no secret, and the collector's.
    }
  }

  private static void stopIf(Cancellation cancellation) {
    if (cancellation.isCancelled()) {
      throw new CancelledException("the operation was cancelled");
    }
  }

  @Override
  public void close() {
    modulus.close();
  }

  @Override
  public String toString() {
    return "BigIntegerRing[%s, %d bytes]".formatted(powers.name(), width);
  }
}
