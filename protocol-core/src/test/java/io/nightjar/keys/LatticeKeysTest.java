package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.natives.Blake3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests the keys of parameters with which nobody multiplies ciphertexts. */
class LatticeKeysTest {

  private static final int HEADER_BYTES = 144;
  private static final int PAYLOAD_BYTES_AT = 92;
  private static final int SEED_AT = 100;
  private static final int SEEDED_AT = 138;

  private final LatticeKeys keys = keys(1L << 20);

  private LatticeSecret secret;
  private OwnerKey owner;

  @BeforeEach
  void draw() {
    secret = (LatticeSecret) keys.draw();
    owner = secret.publicKey();
  }

  private static LatticeKeys keys(long plainModulus) {
    return new LatticeKeys(
        HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44, 44), plainModulus));
  }

  @AfterEach
  void close() {
    secret.close();
  }

  @Test
  void aFingerprintIsTheHashOfWhatTravels() {
    assertEquals(HexFormat.of().formatHex(new Blake3().digest(owner.bytes())), owner.fingerprint());
  }

  @Test
  void whatTravelsIsTheSameKeyAtTheOtherEnd() {
    OwnerKey read = keys.read(owner.bytes());

    assertEquals(owner.fingerprint(), read.fingerprint());
    assertArrayEquals(owner.bytes(), read.bytes());
    try (HeContext context = HeContext.open(keys.parameters());
        LatticeKeys.Opened opened = LatticeKeys.open(read, context)) {
      assertEquals(keys.parameters(), opened.publicKey().parameters());
      assertTrue(opened.relinearisation().isEmpty(), "nobody multiplies ciphertexts");
    }
  }

  @Test
  void everyKeyHasAFingerprintOfItsOwn() {
    assertNotEquals(owner.fingerprint(), secret.publicKey().fingerprint());
    try (OwnerSecret other = keys.draw()) {
      assertNotEquals(owner.fingerprint(), other.publicKey().fingerprint());
    }
  }

  @Test
  void noByteOfAKeyCanBeAnother() {
    byte[] bytes = owner.bytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertNotOpened(changed);
    }
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    byte[] bytes = owner.bytes();
    for (int length = 0; length < bytes.length; length++) {
      assertNotOpened(Arrays.copyOf(bytes, length));
    }
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void aKeyBelongsToTheSecretOneItWasMadeOf() {
    try (OwnerSecret other = keys.draw()) {
      assertTrue(secret.matches(owner));
      assertFalse(other.matches(owner));
    }
  }

  @Test
  void aKeyForOtherParametersIsRefused() {
    assertThrows(InvalidKeyException.class, () -> keys(1L << 19).read(owner.bytes()));
  }

  /**
   * A data owner takes the seed out of its key, by the layout that the README documents, and sends
   * zeros for the polynomial that the seed stood for. The second polynomials of results that are
   * hidden under such a key would be sums of the uploads', weighted by the drawn integers, and an
   * error of at most 21.
   */
  @Test
  void aKeyThatChoosesItsSecondPolynomialIsRefused() {
    byte[] bytes = owner.bytes();
    int polynomial = bytes.length - HEADER_BYTES - Integer.BYTES;
    ByteBuffer key = ByteBuffer.allocate(bytes.length + polynomial).order(ByteOrder.LITTLE_ENDIAN);
    key.put(bytes, 0, HEADER_BYTES + polynomial);
    key.putLong(PAYLOAD_BYTES_AT, 2L * polynomial);
    key.put(SEED_AT, new byte[32]).put(SEEDED_AT, (byte) 0);
    int checked = HEADER_BYTES - Integer.BYTES;
    key.putInt(checked, crc(key.array(), 0, checked));
    key.putInt(HEADER_BYTES + 2 * polynomial, crc(key.array(), HEADER_BYTES, 2 * polynomial));

    InvalidKeyException refusal =
        assertThrows(InvalidKeyException.class, () -> keys.read(key.array()));
    assertTrue(refusal.getMessage().contains("has a seed"), refusal.getMessage());
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, length);
    return (int) checksum.getValue();
  }

  private void assertRefused(byte[] bytes) {
    assertRefused(() -> keys.read(bytes));
  }

  /** Reading a key opens it, but in a context of its own every time, which takes longer. */
  private void assertNotOpened(byte[] bytes) {
    assertRefused(() -> LatticeKeys.open(new OwnerKey(bytes), secret.context()));
  }

  private static void assertRefused(Executable reading) {
    InvalidKeyException refusal = assertThrows(InvalidKeyException.class, reading);
    assertTrue(refusal.getMessage().startsWith("A public key is refused: "), refusal.getMessage());
  }
}
