package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.RelinearisationKey;
import io.nightjar.crypto.lattice.Scheme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Tests the keys of parameters with which ciphertexts are multiplied: the key for that travels with
 * the public one.
 */
class RelinearisationKeysTest {

  private final LatticeKeys keys = keys(44);

  private LatticeSecret secret;
  private byte[] bytes;

  @BeforeEach
  void draw() {
    secret = draw(keys);
    bytes = secret.publicKey().bytes();
  }

  private static LatticeKeys keys(int bits) {
    return new LatticeKeys(
        HeParameters.ofAnySecurity(Scheme.CKKS, 64, List.of(bits, bits, bits), 0));
  }

  private static LatticeSecret draw(LatticeKeys keys) {
    return (LatticeSecret) keys.draw();
  }

  @AfterEach
  void close() {
    secret.close();
  }

  private static byte[] publicKey(LatticeSecret ofWhom) throws IOException {
    try (PublicKey made = ofWhom.key().publicKey(ofWhom.context())) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new BlockCodec(ofWhom.context()).write(made, out);
      return out.toByteArray();
    }
  }

  private static byte[] relinearisationKey(LatticeSecret ofWhom) throws IOException {
    try (RelinearisationKey made = ofWhom.key().relinearisationKey(ofWhom.context())) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new BlockCodec(ofWhom.context()).write(made, out);
      return out.toByteArray();
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void bothAreThereAtTheOtherEnd() {
    OwnerKey read = keys.read(bytes);
    try (HeContext context = HeContext.open(keys.parameters());
        LatticeKeys.Opened opened = LatticeKeys.open(read, context)) {
      assertEquals(keys.parameters(), opened.relinearisation().orElseThrow().parameters());
    }
    assertTrue(secret.matches(read));
  }

  @Test
  void noByteOfEitherCanBeAnother() {
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertNotOpened("", changed);
    }
  }

  @Test
  void aKeyThatIsCutShortIsRefused() throws IOException {
    int first = publicKey(secret).length;
    assertRefused("no relinearisation key comes after it", Arrays.copyOf(bytes, first));
    for (int length = first + 1; length < bytes.length; length++) {
      assertNotOpened("The block ends inside its ", Arrays.copyOf(bytes, length));
    }
    assertRefused("there is more in it than a key", Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void aRelinearisationKeyForOtherParametersIsRefused() throws IOException {
    try (LatticeSecret theirs = draw(keys(43))) {
      assertRefused("parameter digest", joined(publicKey(secret), relinearisationKey(theirs)));
    }
  }

  @Test
  void twoPublicKeysAreNoRelinearisationKey() throws IOException {
    byte[] publicKey = publicKey(secret);

    assertRefused("The block is a PUBLIC_KEY", joined(publicKey, publicKey));
  }

  /** The wrong key looks as it must; only the holder of the secret key can tell. */
  @Test
  void keysOfDifferentPairsBelongToNobody() throws IOException {
    try (LatticeSecret other = draw(keys)) {
      byte[] relinearisation = relinearisationKey(other);
      OwnerKey mixed = keys.read(joined(publicKey(secret), relinearisation));
      OwnerKey theirs = keys.read(joined(publicKey(other), relinearisation));

      assertFalse(secret.matches(mixed));
      assertFalse(other.matches(mixed));
      assertFalse(secret.matches(theirs));
      assertTrue(other.matches(theirs));
    }
  }

  private void assertRefused(String why, byte[] refused) {
    assertRefused(why, () -> keys.read(refused));
  }

  /** Reading a key opens it, but in a context of its own every time, which takes longer. */
  private void assertNotOpened(String why, byte[] refused) {
    assertRefused(why, () -> LatticeKeys.open(new OwnerKey(refused), secret.context()));
  }

  private static void assertRefused(String why, Executable reading) {
    InvalidKeyException refusal = assertThrows(InvalidKeyException.class, reading);
    assertTrue(refusal.getMessage().startsWith("A public key is refused: "), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
