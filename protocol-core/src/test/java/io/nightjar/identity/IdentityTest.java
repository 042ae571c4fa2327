package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

  private static final int SIGNATURE_BYTES = 64;

  private static final IdentitySecret SECRET = IdentitySecret.draw();
  private static final Identity OTHER = IdentitySecret.draw().identity();

  private static Identity ofHex(String hex) {
    return Identity.parse("ed25519:" + hex);
  }

  private static byte[] random(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void assertRefused(String text) {
    assertEquals(
        "An identity is 'ed25519:' and the 64 hexadecimal digits of a public key, as 'nightjar"
            + " identity show' prints it",
        assertThrows(IllegalArgumentException.class, () -> Identity.parse(text), text)
            .getMessage());
  }

  private static void assertRefused(BigInteger y, boolean odd) {
    assertRefused("ed25519:" + Edwards25519.hex(y, odd));
  }

  @Property(tries = 200)
  void whatIsWrittenIsReadBack(@ForAll @Size(32) byte[] seed) throws JsonProcessingException {
    String hex = Edwards25519.publicKey(seed).hex();

    Identity read = ofHex(hex);

    assertEquals("ed25519:" + hex, read.toString());
    assertEquals(hex, read.hex());
    assertEquals(hex, HexFormat.of().formatHex(read.bytes()));
    assertEquals(read, Identity.parse(read.toString()));
    assertEquals(read.hashCode(), Identity.parse(read.toString()).hashCode());
    assertNotEquals(OTHER, read);
    ObjectMapper json = new ObjectMapper();
    assertEquals("\"ed25519:%s\"".formatted(hex), json.writeValueAsString(read));
    assertEquals(read, json.readValue(json.writeValueAsString(read), Identity.class));
  }

  @Test
  void aPublicKeyOfThePlatformIsAnIdentityHoweverSmallItsNumberIs()
      throws GeneralSecurityException {
    int taken = 0;
    for (int shift = 0; shift < 250; shift++) {
      BigInteger y = BigInteger.valueOf(3).shiftLeft(shift);
      for (boolean odd : List.of(false, true)) {
        if (Edwards25519.point(y, odd).isPresent()) {
          PublicKey key =
              KeyFactory.getInstance("Ed25519")
                  .generatePublic(
                      new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, y)));
          assertEquals(Edwards25519.hex(y, odd), Identity.of((EdECPublicKey) key).hex());
          taken++;
        }
      }
    }
    assertTrue(taken > 100, "%d taken".formatted(taken));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ed25519:",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
        "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511",
        "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a0",
        "ed25519:D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A",
        "ED25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "ed25519: 75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n",
        " ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "ed448:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
      })
  void anotherTextIsRefused(String text) {
    assertRefused(text);

    assertThrows(
        JsonMappingException.class,
        () ->
            new ObjectMapper()
                .readValue(new ObjectMapper().writeValueAsString(text), Identity.class));
  }

  /** One text for one identity, which the text of the first test vector of RFC 8032 is. */
  @Test
  void theTextOfThatKeyItselfIsTaken() {
    String text = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    assertEquals(text, Identity.parse(text).toString());
  }

  /**
   * With a key of small order, a signature can be made that is valid for every message, or for one
   * in eight, by anybody. They are computed as multiples of a point that the order of the base
   * point leads to one of order 8.
   */
  @Test
  void theEightPointsThatAnybodySignsForAreRefusedHoweverTheyAreWritten() {
    List<Edwards25519.Point> points = Edwards25519.ofSmallOrder();
    Set<String> written = new TreeSet<>();
    for (Edwards25519.Point point : points) {
      assertTrue(point.times(BigInteger.valueOf(8)).isNeutral());
      written.add(point.hex());
    }
    assertEquals(8, written.size());

    for (Edwards25519.Point point : points) {
      for (boolean odd : List.of(false, true)) {
        for (BigInteger y = point.affineY(); y.bitLength() <= 255; y = y.add(Edwards25519.P)) {
          assertRefused(y, odd);
          written.add(Edwards25519.hex(y, odd));
        }
      }
    }

    assertEquals(14, written.size(), "of the points, with the other sign, and not reduced");
  }

  @Test
  void aNumberThatIsNotReducedIsRefused() {
    for (int i = 0; i < 19; i++) {
      BigInteger y = Edwards25519.P.add(BigInteger.valueOf(i));
      assertEquals(255, y.bitLength());
      assertRefused(y, false);
      assertRefused(y, true);
    }
  }

  /** Of the numbers that could be one, about half are the y of a point. */
  @Property(tries = 500)
  void anIdentityIsAPointOfTheCurve(@ForAll long seed, @ForAll boolean odd) {
    BigInteger y = new BigInteger(255, new Random(seed)).mod(Edwards25519.P);

    if (Edwards25519.point(y, odd).isPresent()) {
      assertEquals(
          "ed25519:" + Edwards25519.hex(y, odd), ofHex(Edwards25519.hex(y, odd)).toString());
    } else {
      assertRefused(y, odd);
    }
  }

  @Test
  void theNumbersAroundThePointsOfSmallOrderAreTakenIfTheyArePoints() {
    List<BigInteger> small =
        Edwards25519.ofSmallOrder().stream().map(Edwards25519.Point::affineY).distinct().toList();
    int taken = 0;
    int refused = 0;
    for (BigInteger near : small) {
      for (int i = 1; i <= 20; i++) {
        BigInteger y = near.add(BigInteger.valueOf(i)).mod(Edwards25519.P);
        if (small.contains(y)) {
          continue;
        }
        if (Edwards25519.point(y, true).isPresent()) {
          assertEquals(Edwards25519.hex(y, true), ofHex(Edwards25519.hex(y, true)).hex());
          taken++;
        } else {
          assertRefused(y, true);
          refused++;
        }
      }
    }

    assertTrue(taken > 8 && refused > 8, "%d taken, %d refused".formatted(taken, refused));
  }

  @Property(tries = 200)
  void aSignatureIsOfItsMessageAlone(
      @ForAll @Size(max = 100) byte[] message, @ForAll @IntRange(max = 799) int bit) {
    byte[] signature = SECRET.sign(message);
    assertTrue(SECRET.identity().hasSigned(message, signature));

    byte[] longer = Arrays.copyOf(message, message.length + 1);
    assertFalse(SECRET.identity().hasSigned(longer, signature));
    if (message.length > 0) {
      byte[] shorter = Arrays.copyOf(message, message.length - 1);
      assertFalse(SECRET.identity().hasSigned(shorter, signature));
      assertFalse(SECRET.identity().hasSigned(flipped(message, bit), signature));
    }
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8 % bytes.length] ^= (byte) (1 << bit % 8);
    return flipped;
  }

  @Property(tries = 100)
  void noBitOfASignatureCanBeAnother(@ForAll @Size(max = 40) byte[] message) {
    byte[] signature = SECRET.sign(message);

    for (int bit = 0; bit < 8 * SIGNATURE_BYTES; bit += 17) { // which meets every byte in time
      assertFalse(
          SECRET.identity().hasSigned(message, flipped(signature, bit + message.length)),
          "bit " + bit);
    }
  }

  @Property(tries = 200)
  void aSignatureIsOfItsIdentityAlone(
      @ForAll @Size(max = 40) byte[] message, @ForAll @IntRange(max = 255) int bit) {
    byte[] signature = SECRET.sign(message);

    assertFalse(OTHER.hasSigned(message, signature));
    String changed = HexFormat.of().formatHex(flipped(SECRET.identity().bytes(), bit));
    try {
      assertFalse(ofHex(changed).hasSigned(message, signature));
    } catch (IllegalArgumentException e) {
      assertRefused("ed25519:" + changed); // no point, which half of them are
    }
  }

  @Test
  void aSignatureOfAnotherLengthIsNone() {
    byte[] message = {1, 2, 3};
    byte[] signature = SECRET.sign(message);
    assertEquals(SIGNATURE_BYTES, signature.length);

    for (int length = 0; length < 3 * SIGNATURE_BYTES; length++) {
      assertEquals(
          length == SIGNATURE_BYTES,
          SECRET.identity().hasSigned(message, Arrays.copyOf(signature, length)));
    }
  }

  @Property(tries = 500)
  void whatIsNoSignatureIsNoneAndNothingIsThrown(
      @ForAll @Size(max = 130) byte[] bytes, @ForAll long seed) {
    byte[] message = {1, 2, 3};

    assertFalse(SECRET.identity().hasSigned(message, bytes));
    assertFalse(SECRET.identity().hasSigned(message, random(seed, SIGNATURE_BYTES)));
  }

  /** The second half of a signature is a number below the order of the base point. */
  @Test
  void aSignatureIsWrittenInOneWay() {
    byte[] message = {1, 2, 3};
    byte[] signature = SECRET.sign(message);
    BigInteger number = Edwards25519.number(Arrays.copyOfRange(signature, 32, SIGNATURE_BYTES));
    assertTrue(number.compareTo(Edwards25519.ORDER) < 0);
    Set<String> tried = new HashSet<>();

    for (BigInteger more = number.add(Edwards25519.ORDER);
        more.bitLength() <= 256;
        more = more.add(Edwards25519.ORDER)) {
      byte[] other = signature.clone();
      System.arraycopy(Edwards25519.bytes(more), 0, other, 32, 32);
      assertFalse(SECRET.identity().hasSigned(message, other));
      tried.add(HexFormat.of().formatHex(other));
    }

    assertTrue(tried.size() >= 14, "%d".formatted(tried.size()));
  }

  @Test
  void theFirstHalfOfASignatureIsAPoint() {
    byte[] message = {1, 2, 3};
    byte[] signature = SECRET.sign(message);

    for (BigInteger y :
        List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            BigInteger.TWO, // no point
            Edwards25519.P,
            Edwards25519.P.add(BigInteger.ONE),
            BigInteger.TWO.pow(255).subtract(BigInteger.ONE))) {
      for (boolean odd : List.of(false, true)) {
        byte[] other = signature.clone();
        System.arraycopy(HexFormat.of().parseHex(Edwards25519.hex(y, odd)), 0, other, 0, 32);
        assertFalse(SECRET.identity().hasSigned(message, other));
      }
    }
    assertTrue(Edwards25519.point(BigInteger.TWO, false).isEmpty());
  }
}
