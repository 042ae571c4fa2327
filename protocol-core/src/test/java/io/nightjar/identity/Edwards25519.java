package io.nightjar.identity;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The curve of Ed25519 with both coordinates, as section 6 of RFC 8032 computes on it. The program
 * itself leaves the curve to the Java platform, and looks at squares of coordinates only.
 */
final class Edwards25519 {

  static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** The order of the base point. */
  static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final BigInteger ONE = BigInteger.ONE;
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(inverse(BigInteger.valueOf(121666))).mod(P);
  private static final BigInteger ROOT_OF_MINUS_ONE =
      BigInteger.TWO.modPow(P.subtract(ONE).shiftRight(2), P);

  private Edwards25519() {}

  /** A point: x and y times z, z, and x times y times z. */
  record Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {

    static Point of(BigInteger x, BigInteger y) {
      return new Point(x, y, ONE, x.multiply(y).mod(P));
    }

    static Point neutral() {
      return of(BigInteger.ZERO, ONE);
    }

    Point plus(Point other) {
      BigInteger a = y.subtract(x).multiply(other.y.subtract(other.x)).mod(P);
      BigInteger b = y.add(x).multiply(other.y.add(other.x)).mod(P);
      BigInteger c = BigInteger.TWO.multiply(t).multiply(other.t).multiply(D).mod(P);
      BigInteger d = BigInteger.TWO.multiply(z).multiply(other.z).mod(P);
      BigInteger e = b.subtract(a);
      BigInteger f = d.subtract(c);
      BigInteger g = d.add(c);
      BigInteger h = b.add(a);
      return new Point(
          e.multiply(f).mod(P), g.multiply(h).mod(P), f.multiply(g).mod(P), e.multiply(h).mod(P));
    }

    Point times(BigInteger scalar) {
      Point sum = neutral();
      for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
        sum = sum.plus(sum);
        if (scalar.testBit(bit)) {
          sum = sum.plus(this);
        }
      }
      return sum;
    }

    BigInteger affineY() {
      return y.multiply(inverse(z)).mod(P);
    }

    boolean isOdd() {
      return x.multiply(inverse(z)).mod(P).testBit(0);
    }

    boolean isNeutral() {
      return x.signum() == 0 && y.equals(z);
    }

    /** Returns the 32 bytes of the point, in hexadecimal digits. */
    String hex() {
      return Edwards25519.hex(affineY(), isOdd());
    }
  }

  private static BigInteger inverse(BigInteger value) {
    return value.modPow(P.subtract(BigInteger.TWO), P);
  }

  /** Returns the point with this y whose x is even or odd, if there is one. */
  static Optional<Point> point(BigInteger y, boolean odd) {
    BigInteger y2 = y.multiply(y);
    BigInteger x2 = y2.subtract(ONE).multiply(inverse(D.multiply(y2).add(ONE).mod(P))).mod(P);
    BigInteger x = x2.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!x.multiply(x).mod(P).equals(x2)) {
      x = x.multiply(ROOT_OF_MINUS_ONE).mod(P);
    }
    if (!x.multiply(x).mod(P).equals(x2) || (x.signum() == 0 && odd)) {
      return Optional.empty();
    }
    return Optional.of(Point.of(x.testBit(0) == odd ? x : P.subtract(x), y.mod(P)));
  }

  /** Returns the point from which public keys are computed. */
  static Point base() {
    return point(BigInteger.valueOf(4).multiply(inverse(BigInteger.valueOf(5))).mod(P), false)
        .orElseThrow();
  }

  /** Returns the public key of a secret one. */
  static Point publicKey(byte[] seed) {
    try {
      byte[] hash = Arrays.copyOf(MessageDigest.getInstance("SHA-512").digest(seed), 32);
      hash[0] &= (byte) 0b1111_1000;
      hash[31] &= 0b0111_1111;
      hash[31] |= 0b0100_0000;
      return base().times(number(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the points that eight times are the neutral one. */
  static List<Point> ofSmallOrder() {
    for (BigInteger y = BigInteger.TWO; ; y = y.add(ONE)) {
      Optional<Point> found = point(y, false).map(point -> point.times(ORDER));
      if (found.isPresent() && !found.get().times(BigInteger.valueOf(4)).isNeutral()) {
        List<Point> multiples = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          multiples.add(found.get().times(BigInteger.valueOf(i)));
        }
        return multiples;
      }
    }
  }

  /** Returns the number that bytes are, the lowest first. */
  static BigInteger number(byte[] bytes) {
    return new BigInteger(1, reversed(bytes));
  }

  /**
   * Returns 32 bytes of a number and a sign in hexadecimal digits, whether or not it is a point.
   */
  static String hex(BigInteger y, boolean odd) {
    return HexFormat.of().formatHex(bytes(odd ? y.setBit(255) : y));
  }

  /** Returns the 32 bytes of a number, the lowest first. */
  static byte[] bytes(BigInteger number) {
    return reversed(HexFormat.of().parseHex("%064x".formatted(number)));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = bytes.clone();
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
