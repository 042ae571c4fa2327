package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a marked key stays marked until somebody lifts the mark. */
class KeyPoisonTest {

  private static final UUID JOB = new UUID(3, 4);
  private static final OwnerKey KEY = new OwnerKey(new byte[] {1, 2, 3});
  private static final OwnerKey OTHER = new OwnerKey(new byte[] {1, 2, 4});

  @TempDir private Path keys;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(keys)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aMarkedKeyIsRefusedUntilItIsLifted() throws IOException {
    assertDoesNotThrow(() -> KeyPoison.requireNone(keys, KEY));

    KeyPoison mark = KeyPoison.now(KEY, JOB, 7);
    mark.write(keys);

    assertEquals(Optional.of(mark), KeyPoison.find(keys));
    assertEquals(List.of("poisoned.json"), names());
    KeyPoisonedException refusal =
        assertThrows(KeyPoisonedException.class, () -> KeyPoison.requireNone(keys, KEY));
    assertTrue(refusal.getMessage().contains("job " + JOB), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("nightjar keys lift " + keys), refusal.getMessage());
    assertTrue(KeyPoison.lift(keys));
    assertFalse(KeyPoison.lift(keys));
    assertDoesNotThrow(() -> KeyPoison.requireNone(keys, KEY));
  }

  @Test
  void theFirstMarkStays() throws IOException {
    KeyPoison first = KeyPoison.now(KEY, JOB, 7);
    first.write(keys);

    KeyPoison.now(KEY, new UUID(5, 6), 8).write(keys);

    assertEquals(Optional.of(first), KeyPoison.find(keys));
  }

  @Test
  void aMarkSaysNothingOfAKeyThatWasPutInThePlaceOfTheMarkedOne() throws IOException {
    KeyPoison.now(KEY, JOB, 7).write(keys);

    assertDoesNotThrow(() -> KeyPoison.requireNone(keys, OTHER));

    KeyPoison.now(OTHER, JOB, 8).write(keys);
    assertThrows(KeyPoisonedException.class, () -> KeyPoison.requireNone(keys, OTHER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[",
        "{\"format\":\"nightjar-poisoned-key\",\"version\":2}",
        "{\"format\":\"nightjar-poisoned-key\",\"version\":1,\"batch\":1,\"job\":\"x\"}"
      })
  void whatMayBeAMarkIsOne(String json) throws IOException {
    Files.writeString(keys.resolve("poisoned.json"), json);

    assertThrows(KeyPoisonedException.class, () -> KeyPoison.requireNone(keys, KEY));

    KeyPoison.now(KEY, JOB, 7).write(keys); // which does not wait for a person
    assertTrue(KeyPoison.find(keys).isPresent());
  }

  @Test
  void keysThatCouldNotBeMarkedAreRefused() {
    assertDoesNotThrow(() -> KeyPoison.requireMarkable(keys));
    assertThrows(
        KeysUnusableException.class, () -> KeyPoison.requireMarkable(keys.resolve("none")));
  }
}
