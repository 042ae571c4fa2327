package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.natives.Blake3;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnerKeyTest {

  private HeContext context;
  private SecretKey secret;
  private OwnerKey owner;

  @BeforeEach
  void make() {
    context = context(1L << 20);
    secret = SecretKey.generate(context);
    owner = make(secret);
  }

  private static HeContext context(long plainModulus) {
    return HeContext.open(
        HeParameters.insecureForTests(Scheme.BFV, 64, List.of(44, 44), plainModulus));
  }

  private OwnerKey make(SecretKey key) {
    return OwnerKey.of(key, context);
  }

  @AfterEach
  void close() {
    secret.close();
    context.close();
  }

  @Test
  void aFingerprintIsTheHashOfWhatTravels() {
    assertEquals(HexFormat.of().formatHex(new Blake3().digest(owner.bytes())), owner.fingerprint());
  }

  @Test
  void whatTravelsIsTheSameKeyAtTheOtherEnd() {
    OwnerKey read = OwnerKey.read(owner.bytes(), context);

    assertEquals(owner.fingerprint(), read.fingerprint());
    assertArrayEquals(owner.bytes(), read.bytes());
    try (OwnerKey.Opened opened = read.open(context)) {
      assertEquals(context.parameters(), opened.publicKey().parameters());
      assertTrue(opened.relinearisation().isEmpty(), "nobody multiplies ciphertexts");
    }
  }

  @Test
  void everyKeyHasAFingerprintOfItsOwn() {
    assertNotEquals(owner.fingerprint(), make(secret).fingerprint());
    try (SecretKey other = SecretKey.generate(context)) {
      assertNotEquals(owner.fingerprint(), make(other).fingerprint());
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
  void aKeyBelongsToTheSecretOneItWasMadeOf() {
    try (SecretKey other = SecretKey.generate(context)) {
      assertTrue(owner.belongsTo(secret, context));
      assertFalse(owner.belongsTo(other, context));
    }
  }

  @Test
  void aKeyForOtherParametersIsRefused() {
    try (HeContext other = context(1L << 19)) {
      assertThrows(ExchangeException.class, () -> OwnerKey.read(owner.bytes(), other));
    }
  }

  private void assertRefused(byte[] bytes) {
    ExchangeException refusal =
        assertThrows(ExchangeException.class, () -> OwnerKey.read(bytes, context));
    assertTrue(refusal.getMessage().startsWith("A public key is refused: "), refusal.getMessage());
  }
}
