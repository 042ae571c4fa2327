package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Key directories of a small scheme, and what must be so of them whenever a process ended. */
final class KeyTrials {

  static final KeyScheme SMALL =
      new SmallKeys(HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44, 44), 1L << 20));

  /** The least work that a guess can be. */
  private static final PassphraseProtection.Cost LITTLE = new PassphraseProtection.Cost(8, 1, 1);

  static final String OLD = "an old passphrase for tests";
  static final String NEW = "quite another one for tests";

  private KeyTrials() {}

  /** Keys that encrypt nothing; opening them costs little. */
  private record SmallKeys(HeParameters parameters) implements KeyScheme {

    @Override
    public OwnerSecret draw() {
      byte[] bytes = new byte[32];
      new SecureRandom().nextBytes(bytes);
      return new SmallSecret(parameters, bytes);
    }

    @Override
    public OwnerSecret unprotect(byte[] protectedKey, char[] passphrase) {
      return new SmallSecret(
          parameters,
          PassphraseProtection.unprotect(
              protectedKey, passphrase, parameters.digest().toByteArray()));
    }

    @Override
    public OwnerKey read(byte[] bytes) {
      return new OwnerKey(bytes);
    }
  }

  /** A secret whose public half is its hash. */
  private static final class SmallSecret implements OwnerSecret {
    private final HeParameters parameters;
    private final byte[] bytes;

    SmallSecret(HeParameters parameters, byte[] bytes) {
      this.parameters = parameters;
      this.bytes = bytes;
    }

    @Override
    public byte[] protect(char[] passphrase) {
      return PassphraseProtection.protect(
          bytes, passphrase, parameters.digest().toByteArray(), LITTLE);
    }

    @Override
    public OwnerKey publicKey() {
      return new OwnerKey(new Blake3().digest(bytes));
    }

    @Override
    public boolean matches(OwnerKey other) {
      return publicKey().fingerprint().equals(other.fingerprint());
    }

    @Override
    public void close() {}
  }

  /** Returns the changes of a directory, with passphrases that cost little. */
  static KeyChanges changes(Path directory) {
    return changes(directory, KeyDisk.REAL);
  }

  /** Returns the same on a disk that may end. */
  static KeyChanges changes(Path directory, KeyDisk disk) {
    return new KeyChanges(directory, disk, LITTLE);
  }

  /** Writes what version 1 wrote. */
  static void writeFirstVersion(Path directory) throws IOException {
    try (OwnerSecret secret = SMALL.draw()) {
      OwnerKey owner = secret.publicKey();
      Files.write(directory.resolve("secret-key.bin"), secret.protect(OLD.toCharArray()));
      Files.write(directory.resolve("public-key.bin"), owner.bytes());
      Files.writeString(
          directory.resolve("key.json"),
          """
          {
            "format" : "nightjar-key",
            "version" : 1,
            "parameters" : "%s",
            "description" : "small",
            "fingerprint" : "%s"
          }
          """
              .formatted(SMALL.parameters().digest(), owner.fingerprint()));
    }
  }

  /** Copies a directory of files. */
  static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : files(from)) {
      Files.copy(file, to.resolve(file.getFileName().toString()));
    }
    return to;
  }

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  static Set<String> names(Path directory) throws IOException {
    return files(directory).stream()
        .map(file -> file.getFileName().toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns whether a passphrase opens a key pair, which then must be a whole one. */
  static boolean opens(Path directory, String fingerprint, String passphrase) throws IOException {
    try (OwnerSecret secret =
        KeyDirectory.open(directory, fingerprint, SMALL, passphrase.toCharArray())) {
      assertEquals(
          fingerprint, KeyDirectory.owner(directory, fingerprint, SMALL, secret).fingerprint());
      return true;
    } catch (KeyProtectionException e) {
      return false;
    }
  }

  /** Returns which of the two passphrases opens all key pairs, the other none. */
  static String passphrase(Path directory) throws IOException {
    String found =
        opens(directory, KeyDirectory.fingerprint(directory), OLD) ? KeyTrials.OLD : KeyTrials.NEW;
    String other = found.equals(OLD) ? NEW : OLD;
    for (KeyDescription key : KeyDirectory.list(directory)) {
      assertTrue(opens(directory, key.fingerprint(), found), "neither passphrase opens it");
      assertTrue(!opens(directory, key.fingerprint(), other), "both passphrases open it");
    }
    return found;
  }

  /** Asserts that nothing is there but what version 2 has for the keys that it lists. */
  static void assertTidy(Path directory) throws IOException {
    Set<String> expected = new TreeSet<>(Set.of("key.json", "lock"));
    for (KeyDescription key : KeyDirectory.list(directory)) {
      expected.add("public-%s.bin".formatted(key.fingerprint()));
    }
    assertEquals(expected, names(directory));
  }
}
