package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocols.Trial;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the keys of every protocol are kept on a disk, and that no others are taken. */
@Slow
@ParameterizedClass(name = "{0}")
@MethodSource("io.nightjar.protocols.Trial#all")
class KeyDirectoryTest {

  private static final char[] PASSPHRASE = "a passphrase for tests".toCharArray();

  private final KeyScheme keys;
  private final KeyScheme otherKeys;

  @TempDir private Path directory;

  KeyDirectoryTest(Trial trial) {
    this.keys = keys(trial, SampleModels.squares(), 8);
    this.otherKeys = keys(trial, SampleModels.squares(), 5);
  }

  /** Weights of other widths need other plaintexts, or other primes. */
  private static KeyScheme keys(Trial trial, Model model, int weightBits) {
    Plan plan = trial.protocol().plan(model, trial.options().withBits(8, weightBits));
    return trial.protocol().keys(plan);
  }

  private static void assertUnusable(String reason, Executable action) {
    KeysUnusableException refused = assertThrows(KeysUnusableException.class, action);
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  @Test
  void keysComeBackAsTheyWereMade() throws IOException {
    OwnerKey made = KeyDirectory.create(directory, keys, PASSPHRASE);

    try (OwnerSecret secret = KeyDirectory.open(directory, keys, PASSPHRASE)) {
      OwnerKey owner = KeyDirectory.owner(directory, keys, secret);
      assertEquals(made.fingerprint(), owner.fingerprint());
      assertArrayEquals(made.bytes(), owner.bytes());
      assertTrue(secret.matches(owner));
      assertTrue(secret.matches(secret.publicKey()), "made anew, it still is a key of this one");
    }
  }

  @Test
  void onlyItsOwnerReadsTheSecretKeyWhichIsProtectedAnewEachTime() throws IOException {
    KeyDirectory.create(directory, keys, PASSPHRASE);
    Path file = directory.resolve("secret-key.bin");

    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    byte[] first = Files.readAllBytes(file);
    try (OwnerSecret secret = KeyDirectory.open(directory, keys, PASSPHRASE)) {
      byte[] again = secret.protect(PASSPHRASE);
      assertEquals(first.length, again.length);
      assertFalse(Arrays.equals(first, again), "the salt is fresh");
    }
  }

  @Test
  void aKeyIsNeverOverwritten() throws IOException {
    KeyDirectory.create(directory, keys, PASSPHRASE);
    String digest = KeyDirectory.digest(directory);

    assertUnusable(
        "is there already: a key is never overwritten",
        () -> KeyDirectory.create(directory, keys, PASSPHRASE));

    assertEquals(digest, KeyDirectory.digest(directory));
    KeyDirectory.open(directory, keys, PASSPHRASE).close();
  }

  @Test
  void anotherPassphraseOpensNothing() throws IOException {
    KeyDirectory.create(directory, keys, PASSPHRASE);

    assertThrows(
        KeyProtectionException.class,
        () -> KeyDirectory.open(directory, keys, "another".toCharArray()));
  }

  @Test
  void keysForOtherParametersAreRefusedWithBothDigests() throws IOException {
    KeyDirectory.create(directory, keys, PASSPHRASE);
    assertNotEquals(keys.parameters().digest(), otherKeys.parameters().digest());

    assertUnusable(
        "is for parameters %s; the plan has %s"
            .formatted(keys.parameters().digest(), otherKeys.parameters().digest()),
        () -> KeyDirectory.open(directory, otherKeys, PASSPHRASE));
  }

  @Test
  void anotherPublicKeyThanTheOneThatWasMadeIsRefused() throws IOException {
    KeyDirectory.create(directory, keys, PASSPHRASE);
    Path file = directory.resolve("public-key.bin");
    try (OwnerSecret secret = KeyDirectory.open(directory, keys, PASSPHRASE);
        OwnerSecret other = keys.draw()) {
      OwnerKey foreign = other.publicKey();
      Files.write(file, foreign.bytes());
      assertUnusable(
          "has fingerprint " + foreign.fingerprint(),
          () -> KeyDirectory.owner(directory, keys, secret));

      Path description = directory.resolve("key.json");
      String json = Files.readString(description);
      int at = json.indexOf("\"fingerprint\"");
      Files.writeString(
          description,
          json.substring(0, at) + "\"fingerprint\" : \"%s\"\n}\n".formatted(foreign.fingerprint()));
      assertUnusable("does not belong to", () -> KeyDirectory.owner(directory, keys, secret));

      Files.write(file, new byte[] {1, 2, 3});
      assertUnusable("cannot be used", () -> KeyDirectory.owner(directory, keys, secret));
    }
  }

  @Test
  void aDirectoryWithoutKeysIsRefused() throws IOException {
    assertUnusable("make keys with keygen", () -> KeyDirectory.open(directory, keys, PASSPHRASE));

    KeyDirectory.create(directory, keys, PASSPHRASE);
    Files.delete(directory.resolve("secret-key.bin"));
    assertUnusable("make keys with keygen", () -> KeyDirectory.open(directory, keys, PASSPHRASE));
  }
}
