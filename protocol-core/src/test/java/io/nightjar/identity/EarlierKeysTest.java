package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Directories with encryption keys and no identity, which the last programs of versions 1 and 2
 * wrote; that of version 2 has a key in use and one before it.
 */
class EarlierKeysTest {

  private static final char[] PASSPHRASE = "a passphrase for tests".toCharArray();
  private static final char[] OTHER = IdentityTrials.NEW.toCharArray();

  @TempDir private Path directory;

  private Path keys(String version) throws IOException, URISyntaxException {
    Path stored =
        Path.of(
            EarlierKeysTest.class
                .getResource("/io/nightjar/keys/%s/key.json".formatted(version))
                .toURI());
    return IdentityTrials.copy(stored.getParent(), directory.resolve("keys"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"version-1", "version-2"})
  void whoHasKeysOfBeforeIsToldToMakeAnIdentityAndNothingIsChanged(String version)
      throws IOException, URISyntaxException {
    Path keys = keys(version);
    SortedMap<String, String> before = IdentityTrials.contents(keys);
    Identity stranger = IdentitySecret.draw().identity();

    for (Executable action :
        List.<Executable>of(
            () -> IdentityDirectory.require(keys),
            () -> IdentityDirectory.list(keys),
            () -> IdentityDirectory.open(keys, PASSPHRASE),
            () -> IdentityDirectory.changePassphrase(keys, PASSPHRASE, OTHER),
            () -> IdentityDirectory.rotate(keys, PASSPHRASE),
            () -> IdentityDirectory.drop(keys, stranger, PASSPHRASE))) {
      assertEquals(
          "%s has keys of an earlier version and no identity: make one there with 'nightjar identity new %s', and tell the other party"
              .formatted(keys, keys),
          assertThrows(IdentityUnusableException.class, action).getMessage());
    }

    assertFalse(IdentityDirectory.exists(keys));
    assertEquals(before, IdentityTrials.contents(keys));
  }

  @ParameterizedTest
  @ValueSource(strings = {"version-1", "version-2"})
  void anIdentityIsMadeBesideThemAndTheyAreLeftAlone(String version)
      throws IOException, URISyntaxException {
    Path keys = keys(version);
    SortedMap<String, String> before = IdentityTrials.contents(keys);

    Identity made = IdentityTrials.changes(keys).create(PASSPHRASE);
    IdentityTrials.changes(keys).rotate(PASSPHRASE);
    IdentityTrials.changes(keys).drop(made, PASSPHRASE);
    IdentityTrials.changes(keys).changePassphrase(PASSPHRASE, OTHER);

    assertTrue(IdentityTrials.opens(keys, IdentityTrials.NEW));
    SortedMap<String, String> after = IdentityTrials.contents(keys);
    assertTrue(after.keySet().removeAll(List.of("identity.json", "lock")));
    assertEquals(before, after);
  }

  /** The mark of a key counts for the identity that is made beside it, until it is lifted. */
  @ParameterizedTest
  @ValueSource(strings = {"version-1", "version-2"})
  void theMarkOfAKeyOfBeforeIsAMark(String version) throws IOException, URISyntaxException {
    Path keys = keys(version);
    Files.writeString(
        keys.resolve("poisoned.json"),
        """
        {
          "format" : "nightjar-poisoned-key",
          "version" : 1,
          "fingerprint" : "fd0270b3779b3744b0f958f4ce4c1d2370e3a96729fef6a97252715ddccaeca0",
          "job" : "00000000-0000-0003-0000-000000000004",
          "batch" : 7,
          "since" : "2026-11-29T04:47:06Z"
        }
        """);
    Identity made = IdentityTrials.changes(keys).create(PASSPHRASE);

    assertThrows(
        IdentityPoisonedException.class, () -> PoisonMark.requireNone(keys, List.of(made)));
    assertTrue(PoisonMark.lift(keys));
    PoisonMark.requireNone(keys, List.of(made));
  }
}
