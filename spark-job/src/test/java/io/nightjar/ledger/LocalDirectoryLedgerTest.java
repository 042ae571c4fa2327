package io.nightjar.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the ledger in a directory of a local disk. */
class LocalDirectoryLedgerTest extends LedgerLaws {

  @TempDir private Path directory;

  private Path root() {
    return directory.resolve("not there yet").resolve("ledger");
  }

  @Override
  String location() {
    return "file:" + root();
  }

  @Override
  void writeEarlier() throws IOException {
    EarlierLedgers.copyDirectory(root());
  }

  @Override
  void writeLater() throws IOException {
    Files.writeString(root().resolve("000000002.json"), EarlierLedgers.LATER);
  }

  private Ledger ledger() throws IOException {
    return Ledgers.open(location(), new Configuration());
  }

  private void admitThree() throws IOException {
    for (int i = 1; i <= 3; i++) {
      ledger().admit(Child.job(i), OptionalLong.empty());
    }
  }

  private String assertNoticed() {
    LedgerException refusal = assertThrows(LedgerException.class, () -> ledger().entries());
    assertThrows(LedgerException.class, () -> ledger().admit(Child.job(9), OptionalLong.empty()));
    return refusal.getMessage();
  }

  @Test
  void readingLeavesNothingBehind() throws IOException {
    assertEquals(List.of(), ledger().entries());
    assertFalse(Files.exists(root().getParent()));
  }

  @Test
  void aPathWithoutASchemeIsOnTheDefaultFileSystem() throws IOException {
    admitThree();

    assertEquals(3, Ledgers.open(root().toString(), new Configuration()).entries().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aRemovedEntryIsNoticed(int number) throws IOException {
    admitThree();
    Files.delete(root().resolve("%09d.json".formatted(number)));

    String refusal = assertNoticed();

    assertTrue(
        refusal.contains("%09d.json was removed from the ledger".formatted(number)), refusal);
  }

  /** The changes that somebody with answers to hide might make, and those that a disk makes. */
  enum Change {
    FEWER_RECORDS,
    ANOTHER_TIME,
    TRUNCATED,
    EMPTY,
    A_BLANK,
    NO_JSON;

    String apply(String json) {
      return switch (this) {
        case FEWER_RECORDS ->
            json.replace(
                "\"records\":5,\"draws\":2,\"answers\":10",
                "\"records\":1,\"draws\":2,\"answers\":2");
        case ANOTHER_TIME -> json.replace("1970-01-01T00:00:0", "1970-01-01T00:00:1");
        case TRUNCATED -> json.substring(0, json.length() - 7);
        case EMPTY -> "";
        case A_BLANK -> json.replace(",", ", ");
        case NO_JSON -> "owls\n".repeat(40_000);
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, FEWER_RECORDS",
    "2, FEWER_RECORDS",
    "3, FEWER_RECORDS",
    "1, ANOTHER_TIME",
    "3, ANOTHER_TIME",
    "1, TRUNCATED",
    "2, TRUNCATED",
    "3, TRUNCATED",
    "1, EMPTY",
    "3, EMPTY",
    "2, A_BLANK",
    "2, NO_JSON"
  })
  void aChangedEntryIsNoticed(int number, Change change) throws IOException {
    admitThree();
    Path file = root().resolve("%09d.json".formatted(number));
    String before = Files.readString(file);
    String after = change.apply(before);
    assertNotEquals(before, after);
    Files.writeString(file, after);

    assertNoticed();
  }

  @Test
  void entriesInAnotherOrderAreNoticed() throws IOException {
    admitThree();
    Path first = root().resolve("000000001.json");
    Path second = root().resolve("000000002.json");
    String was = Files.readString(first);
    Files.writeString(first, Files.readString(second));
    Files.writeString(second, was);

    assertNoticed();
  }

  /** Entries of the first version cannot be changed after they were brought over, either. */
  @ParameterizedTest
  @CsvSource({"1, 5000, 5", "2, 4096, 1", "3, 2p-dnn, 3p-dnn", "4, owls, ravens"})
  void aChangeOfWhatWasMigratedIsNoticed(int number, String before, String after)
      throws IOException {
    writeEarlier();
    ledger().migrate(ALL_ONE);
    assertEquals(3, ledger().entries().size());
    Path file = root().resolve("%09d.json".formatted(number));
    String was = Files.readString(file);
    assertNotEquals(was, was.replace(before, after));
    Files.writeString(file, was.replace(before, after));

    assertNoticed();
  }

  @Test
  void anEntryOfTheFirstVersionAfterTheMigrationIsNoticed() throws IOException {
    admitThree();
    Files.write(root().resolve("000000004.json"), EarlierLedgers.file("000000001.json"));

    assertNoticed();
  }

  @Test
  void whatIsNoEntryIsLeftAlone() throws IOException {
    admitThree();
    Files.writeString(root().resolve(".000000004.json.1234.tmp"), "of a process that was killed");
    Files.writeString(root().resolve("README"), "what this is");

    assertEquals(3, ledger().entries().size());
    ledger().admit(Child.job(4), OptionalLong.empty());
    assertEquals(4, ledger().entries().size());
  }

  /** File systems are refused where a rename replaces what is there, or where that is not known. */
  @ParameterizedTest
  @ValueSource(strings = {"s3a://bucket/ledger", "abfs://c@a/ledger", "gs://b/l", "nosuch:/l"})
  void otherFileSystemsAreRefused(String location) {
    LedgerException refusal =
        assertThrows(LedgerException.class, () -> Ledgers.open(location, new Configuration()));

    assertTrue(
        refusal.getMessage().startsWith("A ledger cannot be kept in " + location),
        refusal.getMessage());
  }
}
