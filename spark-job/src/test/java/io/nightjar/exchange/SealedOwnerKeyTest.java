package io.nightjar.exchange;

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
import io.nightjar.crypto.lattice.SecretKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests the keys of parameters with which ciphertexts are multiplied: the key for that travels with
 * the public one.
 */
class SealedOwnerKeyTest {

  private HeContext context;
  private SecretKey secret;
  private byte[] bytes;

  @BeforeEach
  void make() {
    context = context(44);
    secret = SecretKey.generate(context);
    bytes = OwnerKey.of(secret, context).bytes();
  }

  private static HeContext context(int bits) {
    return HeContext.open(
        HeParameters.insecureForTests(Scheme.CKKS, 64, List.of(bits, bits, bits), 0));
  }

  @AfterEach
  void close() {
    secret.close();
    context.close();
  }

  private static byte[] publicKey(SecretKey key, HeContext context) throws IOException {
    try (PublicKey made = key.publicKey(context)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new BlockCodec(context).write(made, out);
      return out.toByteArray();
    }
  }

  private static byte[] relinearisationKey(SecretKey key, HeContext context) throws IOException {
    try (RelinearisationKey made = key.relinearisationKey(context)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new BlockCodec(context).write(made, out);
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
    OwnerKey read = OwnerKey.read(bytes, context);
    try (OwnerKey.Opened opened = read.open(context)) {
      assertEquals(context.parameters(), opened.relinearisation().orElseThrow().parameters());
    }
    assertTrue(read.belongsTo(secret, context));
  }

  @Test
  void noByteOfEitherCanBeAnother() {
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertRefused("", changed);
    }
  }

  @Test
  void aKeyThatIsCutShortIsRefused() throws IOException {
    int first = publicKey(secret, context).length;
    assertRefused("no relinearisation key comes after it", Arrays.copyOf(bytes, first));
    for (int length = first + 1; length < bytes.length; length++) {
      assertRefused("The block ends inside its ", Arrays.copyOf(bytes, length));
    }
    assertRefused("there is more in it than a key", Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void aRelinearisationKeyForOtherParametersIsRefused() throws IOException {
    try (HeContext other = context(43);
        SecretKey theirs = SecretKey.generate(other)) {
      assertRefused(
          "parameter digest",
          joined(publicKey(secret, context), relinearisationKey(theirs, other)));
    }
  }

  @Test
  void twoPublicKeysAreNoRelinearisationKey() throws IOException {
    byte[] publicKey = publicKey(secret, context);

    assertRefused("The block is a PUBLIC_KEY", joined(publicKey, publicKey));
  }

  /** The wrong key looks as it must; only the holder of the secret key can tell. */
  @Test
  void keysOfDifferentPairsBelongToNobody() throws IOException {
    try (SecretKey other = SecretKey.generate(context)) {
      byte[] relinearisation = relinearisationKey(other, context);
      OwnerKey mixed = OwnerKey.read(joined(publicKey(secret, context), relinearisation), context);
      OwnerKey theirs = OwnerKey.read(joined(publicKey(other, context), relinearisation), context);

      assertFalse(mixed.belongsTo(secret, context));
      assertFalse(mixed.belongsTo(other, context));
      assertFalse(theirs.belongsTo(secret, context));
      assertTrue(theirs.belongsTo(other, context));
    }
  }

  private void assertRefused(String why, byte[] refused) {
    ExchangeException refusal =
        assertThrows(ExchangeException.class, () -> OwnerKey.read(refused, context));
    assertTrue(refusal.getMessage().startsWith("A public key is refused: "), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
