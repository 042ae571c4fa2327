package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.KeyProtectionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of key directories whose process ends before any of its steps. */
class KeyChangesTest {

  private static final char[] OLD = KeyTrials.OLD.toCharArray();
  private static final char[] NEW = KeyTrials.NEW.toCharArray();

  @TempDir private Path directory;

  /** What there is before a change. */
  enum Before {
    ONE_PAIR,
    A_RETIRED_ONE_TOO,
    VERSION_1;

    Path make(Path directory) throws IOException {
      if (this == VERSION_1) {
        KeyTrials.writeFirstVersion(directory);
      } else {
        KeyTrials.changes(directory).create(KeyTrials.SMALL, OLD, Optional.empty());
      }
      if (this == A_RETIRED_ONE_TOO) {
        KeyTrials.changes(directory).rotate(KeyTrials.SMALL, OLD, Optional.empty());
      }
      return directory;
    }
  }

  private interface Change {
    void make(KeyChanges changes) throws IOException;
  }

  private interface Check {
    void of(Path directory) throws IOException;
  }

  /** Ends a change before each of its steps, on copies of a directory; returns how many. */
  private int endBeforeEachStep(Path before, Change change, Check check) throws IOException {
    int end = 1;
    boolean ended = true;
    while (ended) {
      Path copy = KeyTrials.copy(before, directory.resolve("ended-" + end));
      KeyChanges changes = KeyTrials.changes(copy, new EndingDisk(end));
      try {
        change.make(changes);
        ended = false;
      } catch (EndingDisk.Ended e) {
        end++;
      }
      check.of(copy);
    }
    return end - 1;
  }

  @ParameterizedTest
  @EnumSource
  void aProcessThatEndsWhileItChangesThePassphraseLeavesTheOldOneOrTheNew(Before before)
      throws IOException {
    Path made = before.make(Files.createDirectory(directory.resolve("keys")));
    List<String> keys = KeyDirectory.list(made).stream().map(KeyDescription::fingerprint).toList();
    Set<String> seen = new HashSet<>();

    int steps =
        endBeforeEachStep(
            made,
            changes -> changes.changePassphrase(OLD, NEW),
            copy -> {
              assertEquals(
                  keys, KeyDirectory.list(copy).stream().map(KeyDescription::fingerprint).toList());
              String passphrase = KeyTrials.passphrase(copy);
              seen.add(passphrase);
              assertFalse(
                  passphrase.equals(KeyTrials.NEW) && Files.exists(copy.resolve("secret-key.bin")),
                  "what the old passphrase opens is gone");
              KeyTrials.changes(copy).changePassphrase(passphrase.toCharArray(), NEW);
              assertEquals(KeyTrials.NEW, KeyTrials.passphrase(copy));
              KeyTrials.assertTidy(copy);
            });

    assertTrue(steps >= 4, "%d steps".formatted(steps));
    assertEquals(Set.of(KeyTrials.OLD, KeyTrials.NEW), seen);
  }

  @ParameterizedTest
  @EnumSource
  void aProcessThatEndsWhileItRotatesLeavesTheKeyOfBeforeOrBoth(Before before) throws IOException {
    Path made = before.make(Files.createDirectory(directory.resolve("keys")));
    String first = KeyDirectory.fingerprint(made);
    Set<Boolean> rotated = new HashSet<>();

    int steps =
        endBeforeEachStep(
            made,
            changes -> {
              OwnerKey unused = changes.rotate(KeyTrials.SMALL, OLD, Optional.empty());
            },
            copy -> {
              assertTrue(KeyDirectory.holds(copy, first));
              assertEquals(KeyTrials.OLD, KeyTrials.passphrase(copy));
              rotated.add(!KeyDirectory.fingerprint(copy).equals(first));
              int keys = KeyDirectory.list(copy).size();
              String inUse = KeyDirectory.fingerprint(copy);
              KeyTrials.changes(copy).rotate(KeyTrials.SMALL, OLD, Optional.empty());
              assertEquals(keys + 1, KeyDirectory.list(copy).size());
              assertTrue(KeyDirectory.holds(copy, inUse));
              KeyTrials.assertTidy(copy);
            });

    assertTrue(steps >= 8, "%d steps".formatted(steps));
    assertEquals(Set.of(false, true), rotated);
  }

  @Test
  void aProcessThatEndsWhileItMakesKeysLeavesThemOrNone() throws IOException {
    Set<Boolean> made = new HashSet<>();

    endBeforeEachStep(
        Files.createDirectory(directory.resolve("empty")),
        changes -> {
          OwnerKey unused = changes.create(KeyTrials.SMALL, OLD, Optional.empty());
        },
        copy -> {
          boolean there = Files.exists(copy.resolve("key.json"));
          made.add(there);
          if (!there) {
            KeyTrials.changes(copy).create(KeyTrials.SMALL, OLD, Optional.empty());
          }
          assertEquals(KeyTrials.OLD, KeyTrials.passphrase(copy));
          KeyTrials.assertTidy(copy);
        });

    assertEquals(Set.of(false, true), made);
  }

  @Test
  void aProcessThatEndsWhileItDropsAKeyLeavesBothOrTheOneInUse() throws IOException {
    Path made = Before.A_RETIRED_ONE_TOO.make(Files.createDirectory(directory.resolve("keys")));
    String inUse = KeyDirectory.fingerprint(made);
    String retired = KeyDirectory.list(made).get(1).fingerprint();
    Set<Integer> left = new HashSet<>();

    endBeforeEachStep(
        made,
        changes -> changes.drop(retired),
        copy -> {
          left.add(KeyDirectory.list(copy).size());
          assertEquals(inUse, KeyDirectory.fingerprint(copy));
          assertEquals(KeyTrials.OLD, KeyTrials.passphrase(copy));
        });

    assertEquals(Set.of(1, 2), left);
  }

  @Test
  void theKeyInUseAndOneThatIsNotThereAreNotDropped() throws IOException {
    Before.ONE_PAIR.make(directory);
    String inUse = KeyDirectory.fingerprint(directory);

    for (String fingerprint : List.of(inUse, "0".repeat(64))) {
      assertThrows(
          KeysUnusableException.class, () -> KeyTrials.changes(directory).drop(fingerprint));
    }

    assertTrue(KeyTrials.opens(directory, inUse, KeyTrials.OLD));
  }

  @Test
  void aWrongPassphraseChangesNothing() throws IOException {
    Before.A_RETIRED_ONE_TOO.make(directory);
    Map<Path, String> before = contents();

    assertThrows(
        KeyProtectionException.class,
        () -> KeyTrials.changes(directory).changePassphrase(NEW, OLD));
    assertThrows(
        KeyProtectionException.class,
        () -> KeyTrials.changes(directory).rotate(KeyTrials.SMALL, NEW, Optional.empty()));

    assertEquals(before, contents());
  }

  private Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new HashMap<>();
    for (Path file : KeyTrials.files(directory)) {
      contents.put(file, HexFormat.of().formatHex(Files.readAllBytes(file)));
    }
    return contents;
  }

  @Test
  void aWeakPassphraseTakesNoPlaceAndNoKeyIsMadeUnderOne() throws IOException {
    KeyTrials.writeFirstVersion(directory);
    Map<Path, String> before = contents();

    assertThrows(
        KeysUnusableException.class,
        () -> KeyTrials.changes(directory).changePassphrase(OLD, "short".toCharArray()));
    KeysUnusableException refusal =
        assertThrows(
            KeysUnusableException.class,
            () ->
                KeyTrials.changes(directory)
                    .rotate(KeyTrials.SMALL, "short".toCharArray(), Optional.empty()));

    assertTrue(
        refusal
            .getMessage()
            .endsWith("change it with 'nightjar keys passwd %s' first".formatted(directory)),
        refusal.getMessage());
    assertEquals(before, contents());
  }

  @Test
  void versionOneIsReadAsItIs() throws IOException {
    KeyTrials.writeFirstVersion(directory);
    Map<Path, String> before = contents();

    assertTrue(KeyTrials.opens(directory, KeyDirectory.fingerprint(directory), KeyTrials.OLD));
    assertEquals(1, KeyDirectory.list(directory).size());
    assertEquals(Optional.empty(), KeyDirectory.list(directory).get(0).made());
    assertEquals(directory.resolve("public-key.bin"), KeyDirectory.publicKeyFile(directory));
    assertEquals(before, contents());
  }

  @Test
  void aLaterVersionIsRefused() throws IOException {
    Before.ONE_PAIR.make(directory);
    Path file = directory.resolve("key.json");
    Files.writeString(file, Files.readString(file).replace("\"version\" : 2", "\"version\" : 3"));

    KeysUnusableException refusal =
        assertThrows(
            KeysUnusableException.class, () -> KeyDirectory.open(directory, KeyTrials.SMALL, OLD));

    assertTrue(
        refusal.getMessage().endsWith("has version 3; this release reads versions 1 and 2"),
        refusal.getMessage());
  }

  @Test
  void twoChangesAtOnceAreNotMade() throws IOException {
    Before.ONE_PAIR.make(directory);
    byte[] before = Files.readAllBytes(directory.resolve("key.json"));

    try (FileChannel file = FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE)) {
      FileLock lock = file.lock();
      KeysUnusableException refusal =
          assertThrows(
              KeysUnusableException.class,
              () -> KeyTrials.changes(directory).changePassphrase(OLD, NEW));
      assertTrue(
          refusal.getMessage().startsWith("Another process is changing"), refusal.getMessage());
      lock.release();
    }

    assertArrayEquals(before, Files.readAllBytes(directory.resolve("key.json")));
  }

  @Test
  void whatIsSaidOfAKeyIsReadAgain() throws IOException {
    KeyTrials.changes(directory).create(KeyTrials.SMALL, OLD, Optional.of("{\"a\" : 1.50}"));

    KeyDescription key = KeyDirectory.list(directory).get(0);

    assertEquals(Optional.of("{\"a\" : 1.50}"), key.plan());
    assertEquals(KeyTrials.SMALL.parameters().digest().toString(), key.parameters());
    assertEquals(KeyTrials.SMALL.parameters().toString(), key.description());
    assertTrue(key.made().isPresent());
  }
}
