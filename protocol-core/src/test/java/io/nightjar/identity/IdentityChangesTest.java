package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.KeyProtectionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of directories with identities whose process ends before any of its steps. */
class IdentityChangesTest {

  private static final char[] OLD = IdentityTrials.OLD.toCharArray();
  private static final char[] NEW = IdentityTrials.NEW.toCharArray();

  @TempDir private Path directory;

  /** What there is before a change. */
  enum Before {
    ONE(1),
    ANOTHER_BEFORE_IT(2),
    WHAT_AN_ENDED_PROCESS_LEFT(2);

    private final int identities;

    Before(int identities) {
      this.identities = identities;
    }

    Path make(Path directory) throws IOException {
      IdentityTrials.make(directory, identities);
      if (this == WHAT_AN_ENDED_PROCESS_LEFT) {
        IdentityChanges ending = IdentityTrials.changes(directory, new EndingDisk(2));
        assertThrows(EndingDisk.Ended.class, () -> ending.rotate(OLD));
        assertTrue(Files.exists(directory.resolve("identity.json.new")));
      }
      return directory;
    }
  }

  private interface Change {
    void make(IdentityChanges changes) throws IOException;
  }

  private interface Check {
    void of(Path directory) throws IOException;
  }

  /** Ends a change before each of its steps, on copies of a directory; returns how many. */
  private int endBeforeEachStep(Path before, Change change, Check check) throws IOException {
    int end = 1;
    boolean ended = true;
    while (ended) {
      Path copy = IdentityTrials.copy(before, directory.resolve("ended-" + end));
      IdentityChanges changes = IdentityTrials.changes(copy, new EndingDisk(end));
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

  private Path made(Before before) throws IOException {
    return before.make(Files.createDirectory(directory.resolve("made")));
  }

  private static void assertUnusable(String message, Executable action) {
    assertEquals(message, assertThrows(IdentityUnusableException.class, action).getMessage());
  }

  @Test
  void aProcessThatEndsWhileItMakesAnIdentityLeavesItOrNone() throws IOException {
    Set<Boolean> made = new HashSet<>();

    int steps =
        endBeforeEachStep(
            Files.createDirectory(directory.resolve("empty")),
            changes -> {
              Identity unused = changes.create(OLD);
            },
            copy -> {
              made.add(IdentityDirectory.exists(copy));
              if (!IdentityDirectory.exists(copy)) {
                IdentityTrials.changes(copy).create(OLD);
              }
              assertEquals(1, IdentityDirectory.list(copy).size());
              assertEquals(IdentityTrials.OLD, IdentityTrials.passphrase(copy));
              IdentityTrials.assertTidy(copy);
            });

    assertTrue(steps >= 4, "%d steps".formatted(steps));
    assertEquals(Set.of(false, true), made);
  }

  @ParameterizedTest
  @EnumSource
  void aProcessThatEndsWhileItChangesThePassphraseLeavesTheOldOneOrTheNew(Before before)
      throws IOException {
    Path made = made(before);
    List<Identity> identities = IdentityTrials.identities(made);
    Set<String> seen = new HashSet<>();

    int steps =
        endBeforeEachStep(
            made,
            changes -> changes.changePassphrase(OLD, NEW),
            copy -> {
              assertEquals(identities, IdentityTrials.identities(copy));
              String passphrase = IdentityTrials.passphrase(copy);
              seen.add(passphrase);
              IdentityTrials.changes(copy).changePassphrase(passphrase.toCharArray(), NEW);
              assertEquals(IdentityTrials.NEW, IdentityTrials.passphrase(copy));
              assertEquals(identities, IdentityTrials.identities(copy));
              IdentityTrials.assertTidy(copy);
            });

    assertTrue(steps >= 4, "%d steps".formatted(steps));
    assertEquals(Set.of(IdentityTrials.OLD, IdentityTrials.NEW), seen);
  }

  @ParameterizedTest
  @EnumSource
  void aProcessThatEndsWhileItRotatesLeavesTheIdentitiesOfBeforeOrOneMore(Before before)
      throws IOException {
    Path made = made(before);
    List<Identity> first = IdentityTrials.identities(made);
    Set<Integer> more = new HashSet<>();

    int steps =
        endBeforeEachStep(
            made,
            changes -> {
              Identity unused = changes.rotate(OLD);
            },
            copy -> {
              List<Identity> left = IdentityTrials.identities(copy);
              more.add(left.size() - first.size());
              assertEquals(first, left.subList(left.size() - first.size(), left.size()));
              assertEquals(IdentityTrials.OLD, IdentityTrials.passphrase(copy));
              Identity another = IdentityTrials.changes(copy).rotate(OLD);
              List<Identity> expected = new ArrayList<>(List.of(another));
              expected.addAll(left);
              assertEquals(expected, IdentityTrials.identities(copy));
              assertTrue(IdentityTrials.opens(copy, IdentityTrials.OLD));
              IdentityTrials.assertTidy(copy);
            });

    assertTrue(steps >= 4, "%d steps".formatted(steps));
    assertEquals(Set.of(0, 1), more);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ONE")
  void aProcessThatEndsWhileItDropsAnIdentityLeavesBothOrTheOneInUse(Before before)
      throws IOException {
    Path made = made(before);
    List<Identity> identities = IdentityTrials.identities(made);
    Set<Integer> left = new HashSet<>();

    int steps =
        endBeforeEachStep(
            made,
            changes -> changes.drop(identities.get(1), OLD),
            copy -> {
              int size = IdentityDirectory.list(copy).size();
              left.add(size);
              assertEquals(identities.subList(0, size), IdentityTrials.identities(copy));
              assertEquals(IdentityTrials.OLD, IdentityTrials.passphrase(copy));
              IdentityTrials.changes(copy).changePassphrase(OLD, NEW);
              IdentityTrials.assertTidy(copy);
            });

    assertTrue(steps >= 4, "%d steps".formatted(steps));
    assertEquals(Set.of(1, 2), left);
  }

  @Test
  void theIdentityInUseAndOneThatIsNotThereAreNotDropped() throws IOException {
    List<Identity> identities = IdentityTrials.make(directory, 2);
    Map<String, String> before = IdentityTrials.contents(directory);
    Identity inUse = identities.get(0);
    Identity stranger = IdentitySecret.draw().identity();
    IdentityChanges changes = IdentityTrials.changes(directory);

    assertUnusable(
        "Identity %s of %s is in use: rotate first".formatted(inUse, directory),
        () -> changes.drop(inUse, OLD));
    assertUnusable(
        "There is no identity %s in %s".formatted(stranger, directory),
        () -> changes.drop(stranger, OLD));

    assertEquals(before, IdentityTrials.contents(directory));
  }

  @Test
  void aWrongPassphraseChangesNothing() throws IOException {
    List<Identity> identities = IdentityTrials.make(directory, 2);
    Map<String, String> before = IdentityTrials.contents(directory);
    IdentityChanges changes = IdentityTrials.changes(directory);

    for (Executable change :
        List.<Executable>of(
            () -> changes.changePassphrase(NEW, OLD),
            () -> changes.rotate(NEW),
            () -> changes.drop(identities.get(1), NEW))) {
      assertThrows(KeyProtectionException.class, change);
    }

    assertEquals(before, IdentityTrials.contents(directory));
  }

  @Test
  void aWeakPassphraseTakesNoPlaceAndNoIdentityIsMadeUnderOne() throws IOException {
    char[] weak = "short".toCharArray();
    String objection =
        "The passphrase has 5 characters; a new one must have at least 15, such as six words chosen"
            + " at random";
    IdentityTrials.make(directory, 1);
    Map<String, String> before = IdentityTrials.contents(directory);
    IdentityChanges changes = IdentityTrials.changes(directory);

    assertUnusable(objection, () -> changes.changePassphrase(OLD, weak));
    assertUnusable(
        objection + ": change it with 'nightjar identity passwd %s' first".formatted(directory),
        () -> changes.rotate(weak));
    assertUnusable(objection, () -> IdentityTrials.changes(directory.resolve("weak")).create(weak));

    assertFalse(Files.exists(directory.resolve("weak")));
    assertEquals(before, IdentityTrials.contents(directory));
  }

  @Test
  void anIdentityIsNeverOverwritten() throws IOException {
    IdentityTrials.make(directory, 1);
    Map<String, String> before = IdentityTrials.contents(directory);

    assertUnusable(
        "%s/identity.json is there already: an identity is never overwritten, choose another directory, or rotate"
            .formatted(directory),
        () -> IdentityTrials.changes(directory).create(NEW));

    assertEquals(before, IdentityTrials.contents(directory));
  }

  @Test
  void thereAreSixteenIdentitiesAtMost() throws IOException {
    List<Identity> identities = IdentityTrials.make(directory, 16);
    Map<String, String> before = IdentityTrials.contents(directory);
    IdentityChanges changes = IdentityTrials.changes(directory);
    assertEquals(16, new HashSet<>(identities).size());
    assertTrue(IdentityTrials.opens(directory, IdentityTrials.OLD));

    assertUnusable(
        "%s has 16 identities: drop those that nobody knows you by any more".formatted(directory),
        () -> changes.rotate(OLD));

    assertEquals(before, IdentityTrials.contents(directory));
    changes.drop(identities.get(7), OLD);
    assertFalse(IdentityTrials.identities(directory).contains(identities.get(7)));
    changes.rotate(OLD);
    assertEquals(16, IdentityDirectory.list(directory).size());
    assertTrue(IdentityTrials.opens(directory, IdentityTrials.OLD));
  }

  @Test
  void whereThereIsNoIdentityNothingIsMadeForAChange() {
    Path nothing = directory.resolve("nothing");
    IdentityChanges changes = IdentityTrials.changes(nothing);
    String message =
        "There is no identity in %s: make one with 'nightjar identity new %s'"
            .formatted(nothing, nothing);
    Identity stranger = IdentitySecret.draw().identity();

    assertUnusable(message, () -> changes.changePassphrase(OLD, NEW));
    assertUnusable(message, () -> changes.rotate(OLD));
    assertUnusable(message, () -> changes.drop(stranger, OLD));

    assertFalse(Files.exists(nothing));
  }

  @Test
  void twoChangesAtOnceAreNotMade() throws IOException {
    List<Identity> identities = IdentityTrials.make(directory, 2);
    Map<String, String> before = IdentityTrials.contents(directory);
    IdentityChanges changes = IdentityTrials.changes(directory);

    try (FileChannel file = FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE)) {
      FileLock lock = file.lock();
      for (Executable change :
          List.<Executable>of(
              () -> changes.create(OLD),
              () -> changes.changePassphrase(OLD, NEW),
              () -> changes.rotate(OLD),
              () -> changes.drop(identities.get(1), OLD))) {
        assertUnusable(
            "Another process is changing the identities in %s: run this again when it has ended"
                .formatted(directory),
            change);
      }
      lock.release();
    }

    assertEquals(before, IdentityTrials.contents(directory));
    changes.changePassphrase(OLD, NEW);
    assertNotEquals(before, IdentityTrials.contents(directory));
  }
}
