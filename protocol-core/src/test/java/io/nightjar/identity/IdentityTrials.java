package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories with identities, and what must be so of them whenever a process ended. */
final class IdentityTrials {

  static final String OLD = "an old passphrase for tests";
  static final String NEW = "quite another one for tests";

  /** The least work that a guess can be. */
  private static final PassphraseProtection.Cost LITTLE = new PassphraseProtection.Cost(8, 1, 1);

  private static final byte[] MESSAGE = "what is signed".getBytes(StandardCharsets.US_ASCII);

  private IdentityTrials() {}

  /** Returns the changes of a directory, with passphrases that cost little. */
  static IdentityChanges changes(Path directory) {
    return changes(directory, IdentityDisk.REAL);
  }

  /** Returns the same on a disk that may end. */
  static IdentityChanges changes(Path directory, IdentityDisk disk) {
    return new IdentityChanges(directory, disk, LITTLE);
  }

  /** Makes so many identities, the last of them in use; returns them with that one first. */
  static List<Identity> make(Path directory, int count) throws IOException {
    changes(directory).create(OLD.toCharArray());
    for (int i = 1; i < count; i++) {
      changes(directory).rotate(OLD.toCharArray());
    }
    return identities(directory);
  }

  /** Returns what is listed, the identity in use first. */
  static List<Identity> identities(Path directory) throws IOException {
    return IdentityDirectory.list(directory).stream().map(IdentityDescription::identity).toList();
  }

  /** Copies a directory of files. */
  static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : files(from)) {
      Files.copy(file, to.resolve(file.getFileName().toString()));
    }
    return to;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** Returns the bytes of all files, in hexadecimal digits, by name. */
  static SortedMap<String, String> contents(Path directory) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    for (Path file : files(directory)) {
      contents.put(
          file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
    }
    return contents;
  }

  /** Returns whether a passphrase opens the identities, which then must be whole ones. */
  static boolean opens(Path directory, String passphrase) throws IOException {
    try (Identities opened = IdentityDirectory.open(directory, passphrase.toCharArray())) {
      assertEquals(identities(directory), opened.identities());
      for (IdentitySecret secret : opened.all()) {
        assertTrue(secret.identity().hasSigned(MESSAGE, secret.sign(MESSAGE)));
      }
      return true;
    } catch (KeyProtectionException e) {
      return false;
    }
  }

  /** Returns which of the two passphrases opens the identities, and the other does not. */
  static String passphrase(Path directory) throws IOException {
    String found = opens(directory, OLD) ? OLD : NEW;
    String other = found.equals(OLD) ? NEW : OLD;
    assertTrue(opens(directory, found), "neither passphrase opens them");
    assertFalse(opens(directory, other), "both passphrases open them");
    return found;
  }

  /** Asserts that nothing is there but what a directory with identities has. */
  static void assertTidy(Path directory) throws IOException {
    assertEquals(Set.of("identity.json", "lock"), contents(directory).keySet());
  }
}
