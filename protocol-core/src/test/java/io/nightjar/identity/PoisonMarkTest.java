package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a marked identity stays marked until somebody lifts the mark. */
class PoisonMarkTest {

  private static final UUID JOB = new UUID(3, 4);
  private static final Identity IDENTITY = IdentitySecret.draw().identity();
  private static final Identity OTHER = IdentitySecret.draw().identity();

  @TempDir private Path directory;

  private IdentityPoisonedException assertMarked(Identity... identities) {
    return assertThrows(
        IdentityPoisonedException.class,
        () -> PoisonMark.requireNone(directory, List.of(identities)));
  }

  private void assertUnmarked(Identity... identities) {
    assertDoesNotThrow(() -> PoisonMark.requireNone(directory, List.of(identities)));
  }

  @Test
  void aMarkedIdentityIsRefusedUntilItIsLifted() throws IOException {
    assertUnmarked(IDENTITY);
    assertEquals(Optional.empty(), PoisonMark.find(directory));

    PoisonMark mark = PoisonMark.now(IDENTITY, JOB, 7);
    mark.write(directory);

    assertEquals(Optional.of(mark), PoisonMark.find(directory));
    assertEquals(Set.of("poisoned.json"), names());
    assertEquals(
        "The identity in %s is marked since %s: job %s was sent a result that no honest evaluation gives. Find out who could change results; then lift the mark with 'nightjar identity lift %s'"
            .formatted(directory, mark.since(), JOB, directory),
        assertMarked(IDENTITY).getMessage());
    assertTrue(PoisonMark.lift(directory));
    assertFalse(PoisonMark.lift(directory));
    assertEquals(Set.of(), names());
    assertUnmarked(IDENTITY);
  }

  private Set<String> names() throws IOException {
    return IdentityTrials.contents(directory).keySet();
  }

  @Test
  void theFirstMarkStays() throws IOException {
    PoisonMark first = PoisonMark.now(IDENTITY, JOB, 7);
    first.write(directory);

    PoisonMark.now(IDENTITY, new UUID(5, 6), 8).write(directory);

    assertEquals(Optional.of(first), PoisonMark.find(directory));
  }

  @Test
  void aMarkSaysNothingOfOtherIdentities() throws IOException {
    PoisonMark.now(IDENTITY, JOB, 7).write(directory);

    assertUnmarked(OTHER);
    assertUnmarked();

    PoisonMark.now(OTHER, JOB, 8).write(directory);
    assertMarked(OTHER);
  }

  /** Who is marked does not go on under an identity that is made afterwards. */
  @Test
  void anIdentityBesideAMarkedOneIsRefusedWithIt() throws IOException {
    PoisonMark.now(IDENTITY, JOB, 7).write(directory);

    assertMarked(OTHER, IDENTITY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[",
        "{\"format\":\"nightjar-poisoned\",\"version\":2}",
        "{\"format\":\"nightjar-poisoned\",\"version\":1,\"batch\":1,\"job\":\"x\"}"
      })
  void whatMayBeAMarkIsOne(String json) throws IOException {
    Files.writeString(directory.resolve("poisoned.json"), json);

    assertCannotBeRead();
    PoisonMark.now(IDENTITY, JOB, 7).write(directory); // which does not wait for a person
    assertTrue(PoisonMark.find(directory).isPresent());
  }

  private void assertCannotBeRead() {
    assertEquals(
        "%s/poisoned.json cannot be read: no job begins while there may be a mark; then lift the mark with 'nightjar identity lift %s'"
            .formatted(directory, directory),
        assertMarked(OTHER).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "format, nightjar-poisoned-key",
    "version, 2",
    "identity, fd0270b3779b3744b0f958f4ce4c1d2370e3a96729fef6a97252715ddccaeca0",
    "job, 3",
    "batch, many",
    "since, yesterday"
  })
  void aMarkWithAnotherValueOrNoneInAFieldIsStillOne(String field, String value)
      throws IOException {
    PoisonMark.now(IDENTITY, JOB, 7).write(directory);
    Path file = directory.resolve("poisoned.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    assertTrue(json.has(field));

    Files.writeString(file, json.put(field, value).toString());
    assertCannotBeRead();
    json.remove(field);
    Files.writeString(file, json.toString());
    assertCannotBeRead();
  }

  @Test
  void aDirectoryOrALargeFileMayBeAMarkToo() throws IOException {
    Path file = Files.createDirectory(directory.resolve("poisoned.json"));
    assertCannotBeRead();

    Files.delete(file);
    PoisonMark.now(IDENTITY, JOB, 7).write(directory);
    Files.writeString(file, Files.readString(file) + " ".repeat(1 << 12));
    assertCannotBeRead();
  }

  @Test
  void anIdentityThatCouldNotBeMarkedIsRefused() {
    assertDoesNotThrow(() -> PoisonMark.requireMarkable(directory));

    assertEquals(
        "%s/none cannot be written to: an identity that is sent wrong results is marked there, so it must be writable for this user"
            .formatted(directory),
        assertThrows(
                IdentityUnusableException.class,
                () -> PoisonMark.requireMarkable(directory.resolve("none")))
            .getMessage());
  }
}
