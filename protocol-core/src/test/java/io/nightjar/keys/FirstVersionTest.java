package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Scheme;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that the last program of version 1 wrote, under a passphrase of one letter. */
class FirstVersionTest {

  private static final KeyScheme KEYS =
      new LatticeKeys(HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44, 44), 1L << 20));
  private static final String FINGERPRINT =
      "fd0270b3779b3744b0f958f4ce4c1d2370e3a96729fef6a97252715ddccaeca0";

  @TempDir private Path directory;

  @Test
  void itOpensAsItIsAndGetsAPassphraseAndAnotherKey() throws IOException, URISyntaxException {
    Path stored = Path.of(FirstVersionTest.class.getResource("version-1/key.json").toURI());
    Path keys = KeyTrials.copy(stored.getParent(), directory.resolve("keys"));
    byte[] publicKey = Files.readAllBytes(keys.resolve("public-key.bin"));
    char[] passphrase = KeyTrials.NEW.toCharArray();
    assertOpens("x".toCharArray(), publicKey, keys);

    KeyDirectory.changePassphrase(keys, "x".toCharArray(), passphrase);
    OwnerKey fresh = KeyDirectory.rotate(keys, KEYS, passphrase, Optional.empty());

    assertEquals(fresh.fingerprint(), KeyDirectory.fingerprint(keys));
    assertOpens(passphrase, publicKey, keys);
    assertThrows(
        KeyProtectionException.class,
        () -> KeyDirectory.open(keys, FINGERPRINT, KEYS, "x".toCharArray()));
    KeyTrials.assertTidy(keys);
  }

  private static void assertOpens(char[] passphrase, byte[] publicKey, Path keys)
      throws IOException {
    try (OwnerSecret secret = KeyDirectory.open(keys, FINGERPRINT, KEYS, passphrase)) {
      assertArrayEquals(publicKey, KeyDirectory.owner(keys, FINGERPRINT, KEYS, secret).bytes());
    }
  }
}
