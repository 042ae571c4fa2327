package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PaillierKeysTest {

  private static final PaillierKeys KEYS = new PaillierKeys(new PaillierParameters(512, 20));

  private static OwnerSecret secret;
  private static OwnerKey owner;

  @BeforeAll
  static void draw() {
    secret = KEYS.draw();
    owner = secret.publicKey();
  }

  @AfterAll
  static void close() {
    secret.close();
  }

  @Test
  void whatTravelsIsTheSameKeyAtTheOtherEnd() {
    OwnerKey read = KEYS.read(owner.bytes());

    assertEquals(owner.fingerprint(), read.fingerprint());
    assertArrayEquals(owner.bytes(), read.bytes());
    try (PaillierPublicKey opened = PaillierKeys.open(KEYS.parameters(), read)) {
      assertEquals(KEYS.parameters(), opened.parameters());
    }
  }

  /** There is one for a modulus, not one for each time that somebody asks. */
  @Test
  void aSecretKeyHasOnePublicKey() {
    assertEquals(owner.fingerprint(), secret.publicKey().fingerprint());
  }

  @Test
  void aKeyBelongsToTheSecretOneItWasMadeOf() {
    try (OwnerSecret other = KEYS.draw()) {
      assertTrue(secret.matches(owner));
      assertFalse(other.matches(owner));
      assertNotEquals(owner.fingerprint(), other.publicKey().fingerprint());
    }
  }

  @Test
  void noByteOfAKeyCanBeAnother() {
    byte[] bytes = owner.bytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertRefused(changed);
    }
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    byte[] bytes = owner.bytes();
    for (int length = 0; length < bytes.length; length++) {
      assertRefused(Arrays.copyOf(bytes, length));
    }
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void aKeyForOtherParametersIsRefused() {
    PaillierKeys others = new PaillierKeys(new PaillierParameters(512, 19));

    assertThrows(InvalidKeyException.class, () -> others.read(owner.bytes()));
  }

  private static void assertRefused(byte[] bytes) {
    InvalidKeyException refusal = assertThrows(InvalidKeyException.class, () -> KEYS.read(bytes));
    assertTrue(refusal.getMessage().startsWith("A public key is refused: "), refusal.getMessage());
  }
}
