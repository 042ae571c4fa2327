package io.nightjar.identity;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Who an owner is to the other one: a public key of Ed25519. Written down, it is its own
 * fingerprint: {@code ed25519:} and 64 hexadecimal digits.
 */
public final class Identity {

  static final int BYTES = 32;

  private static final int SIGNATURE_BYTES = 2 * BYTES;

  private static final String PREFIX = "ed25519:";
  private static final Pattern TEXT = Pattern.compile(PREFIX + "[0-9a-f]{64}");

  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** The d of the curve -x^2 + y^2 = 1 + d x^2 y^2. */
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);

  private final String hex;
  private final PublicKey key;

  private Identity(String hex) {
    this.hex = hex;
    byte[] bytes = HexFormat.of().parseHex(hex);
    boolean odd = bytes[BYTES - 1] < 0;
    bytes[BYTES - 1] &= Byte.MAX_VALUE;
    BigInteger y = new BigInteger(1, reversed(bytes));
    if (y.compareTo(P) >= 0 || !isOnCurve(y) || isOfSmallOrder(y)) {
      throw malformed();
    }
    try {
      this.key =
          KeyFactory.getInstance("Ed25519")
              .generatePublic(
                  new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, y)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform since 15 has Ed25519", e);
    }
  }

  /**
   * Reads an identity.
   *
   * @throws IllegalArgumentException if the text is none
   */
  @JsonCreator
  public static Identity parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw malformed();
    }
    return new Identity(text.substring(PREFIX.length()));
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "An identity is '%s' and the 64 hexadecimal digits of a public key, as 'nightjar identity show' prints it"
            .formatted(PREFIX));
  }

  /** Returns the identity with a public key of the Java platform's. */
  static Identity of(EdECPublicKey key) {
    byte[] bytes = reversed(Arrays.copyOf(padded(key.getPoint().getY()), BYTES));
    bytes[BYTES - 1] |= key.getPoint().isXOdd() ? Byte.MIN_VALUE : 0;
    return new Identity(HexFormat.of().formatHex(bytes));
  }

  private static byte[] padded(BigInteger y) {
    byte[] bytes = new byte[BYTES];
    byte[] digits = y.toByteArray(); // no more than 32, because y is below 2^255
    System.arraycopy(digits, 0, bytes, BYTES - digits.length, digits.length);
    return bytes;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /**
   * Returns whether a point is one of eight that sign everything: three doublings, of which only
   * the squares of coordinates matter, lead it to the neutral point.
   */
  private static boolean isOfSmallOrder(BigInteger y) {
    BigInteger at = y;
    for (int i = 0; i < 3; i++) {
      BigInteger y2 = at.multiply(at).mod(P);
      BigInteger x2 = squareOfX(y2);
      at = over(y2.add(x2), BigInteger.ONE.subtract(D.multiply(x2).multiply(y2)));
    }
    return at.equals(BigInteger.ONE);
  }

  private static boolean isOnCurve(BigInteger y) {
    BigInteger x2 = squareOfX(y.multiply(y).mod(P));
    BigInteger half = P.subtract(BigInteger.ONE).shiftRight(1);
    return x2.signum() == 0 || x2.modPow(half, P).equals(BigInteger.ONE);
  }

  private static BigInteger squareOfX(BigInteger y2) {
    return over(y2.subtract(BigInteger.ONE), D.multiply(y2).add(BigInteger.ONE));
  }

  /** The divisors of points on the curve are never zero, because d is not a square. */
  private static BigInteger over(BigInteger dividend, BigInteger divisor) {
    return dividend.multiply(divisor.mod(P).modInverse(P)).mod(P);
  }

  private Signature verifier() throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    return verifier;
  }

  /** Returns whether a signature of a message is this identity's. */
  public boolean hasSigned(byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) { // the Java platform takes zeros behind one
      return false;
    }
    try {
      Signature verifier = verifier();
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) { // not even a signature
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The key was taken before", e);
    }
  }

  /** Returns its 64 hexadecimal digits. */
  public String hex() {
    return hex;
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity identity && identity.hex.equals(hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  @JsonValue
  public String toString() {
    return PREFIX + hex;
  }
}
