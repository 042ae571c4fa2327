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
import java.util.List;
import java.util.Optional;
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
    Plan plan = trial.plan(model, trial.options().withBits(8, weightBits));
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
    Path file = directory.resolve("key.json");

    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    byte[] first = KeyDirectory.ring(directory).current().secret();
    try (OwnerSecret secret = KeyDirectory.open(directory, keys, PASSPHRASE)) {
      byte[] again = secret.protect(PASSPHRASE);
      assertEquals(first.length, again.length);
      assertFalse(Arrays.equals(first, again), "the salt is fresh");
    }
  }

  @Test
  void aKeyIsNeverOverwritten() throws IOException {
    KeyDirectory.create(directory, keys, PASSPHRASE);
    byte[] before = Files.readAllBytes(directory.resolve("key.json"));

    assertUnusable(
        "is there already: a key is never overwritten",
        () -> KeyDirectory.create(directory, keys, PASSPHRASE));

    assertArrayEquals(before, Files.readAllBytes(directory.resolve("key.json")));
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
    Path file = KeyDirectory.publicKeyFile(directory);
    try (OwnerSecret secret = KeyDirectory.open(directory, keys, PASSPHRASE);
        OwnerSecret other = keys.draw()) {
      OwnerKey foreign = other.publicKey();
      Files.write(file, foreign.bytes());
      assertUnusable(
          "has fingerprint " + foreign.fingerprint(),
          () -> KeyDirectory.owner(directory, keys, secret));

      Path description = directory.resolve("key.json");
      Files.writeString(
          description,
          Files.readString(description)
              .replace(KeyDirectory.fingerprint(directory), foreign.fingerprint()));
      Files.move(file, KeyDirectory.publicKeyFile(directory));
      assertUnusable("does not belong to", () -> KeyDirectory.owner(directory, keys, secret));

      Files.write(KeyDirectory.publicKeyFile(directory), new byte[] {1, 2, 3});
      assertUnusable("cannot be used", () -> KeyDirectory.owner(directory, keys, secret));
    }
  }

  @Test
  void aDirectoryWithoutKeysIsRefused() throws IOException {
    assertUnusable("make keys with keygen", () -> KeyDirectory.open(directory, keys, PASSPHRASE));

    KeyDirectory.create(directory, keys, PASSPHRASE);
    Files.delete(KeyDirectory.publicKeyFile(directory));
    try (OwnerSecret secret = KeyDirectory.open(directory, keys, PASSPHRASE)) {
      assertUnusable("make keys with keygen", () -> KeyDirectory.owner(directory, keys, secret));
    }
    Files.delete(directory.resolve("key.json"));
    assertUnusable("make keys with keygen", () -> KeyDirectory.open(directory, keys, PASSPHRASE));
  }

  @Test
  void anotherPassphraseTakesThePlaceOfTheOldOneAndTheKeysStayTheSame() throws IOException {
    OwnerKey made = KeyDirectory.create(directory, keys, PASSPHRASE);
    char[] other = "another passphrase for tests".toCharArray();

    KeyDirectory.changePassphrase(directory, PASSPHRASE, other);

    assertThrows(
        KeyProtectionException.class, () -> KeyDirectory.open(directory, keys, PASSPHRASE));
    try (OwnerSecret secret = KeyDirectory.open(directory, keys, other)) {
      assertArrayEquals(made.bytes(), KeyDirectory.owner(directory, keys, secret).bytes());
    }
  }

  @Test
  void aRotatedKeyIsInUseAndTheOneBeforeStillOpens() throws IOException {
    OwnerKey first = KeyDirectory.create(directory, keys, PASSPHRASE);

    OwnerKey second = KeyDirectory.rotate(directory, keys, PASSPHRASE, Optional.of("{}"));

    assertNotEquals(first.fingerprint(), second.fingerprint());
    assertEquals(second.fingerprint(), KeyDirectory.fingerprint(directory));
    assertEquals(
        List.of(second.fingerprint(), first.fingerprint()),
        KeyDirectory.list(directory).stream().map(KeyDescription::fingerprint).toList());
    for (OwnerKey key : List.of(first, second)) {
      try (OwnerSecret secret = KeyDirectory.open(directory, key.fingerprint(), keys, PASSPHRASE)) {
        OwnerKey owner = KeyDirectory.owner(directory, key.fingerprint(), keys, secret);
        assertArrayEquals(key.bytes(), owner.bytes());
      }
    }
  }
}
