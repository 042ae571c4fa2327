package io.nightjar.ledger;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.HexFormat;

/**
 * A file of a ledger in a directory. Files are chained: each has a number and names the one before
 * it.
 */
sealed interface LedgerFile permits EntryFile, EarlierEntryFile, MigrationFile {

  /** Returns its place, from 1. */
  long number();

  /** Returns the digest of the file before; empty for the first. */
  String previous();

  /** The beginning of every file, whatever its version. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Header(String format, int version) {}

  /** Reads the beginnings; the files themselves are read byte for byte as they were written. */
  JsonMapper HEADERS = JsonMapper.builder().build();

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not the one that was written with this number after
   *     that file
   * @throws NewerException if a later version wrote it
   */
  static LedgerFile read(byte[] bytes, long number, String previous) {
    try {
      LedgerFile file = ExchangeJson.read(bytes, type(bytes));
      if (file.number() != number) {
        throw new IllegalArgumentException("it has number " + file.number());
      }
      if (!file.previous().equals(previous)) {
        throw new IllegalArgumentException(
            "the entry before it is not the one it was written after");
      }
      return file;
    } catch (ExchangeException | DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Class<? extends LedgerFile> type(byte[] bytes) {
    Header header;
    try {
      header = HEADERS.readValue(bytes, Header.class);
    } catch (JsonProcessingException e) { // whose message quotes what was found
      throw new IllegalArgumentException("not the JSON that it must be", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not the JSON that it must be", e);
    }
    if (header != null && header.version > LedgerVersions.CURRENT) {
      throw new NewerException(header.version);
    }
    if (header != null && MigrationFile.FORMAT.equals(header.format)) {
      return MigrationFile.class;
    }
    boolean first = header != null && header.version == LedgerVersions.FIRST;
    return first ? EarlierEntryFile.class : EntryFile.class;
  }

  /** Says that a file is of a version that only a later program knows. */
  final class NewerException extends RuntimeException {
    private final int version;

    private NewerException(int version) {
      super("version " + version);
      this.version = version;
    }

    int version() {
      return version;
    }
  }

  /** Returns the digest by which the next file names this one. */
  static String digest(byte[] bytes) {
    return HexFormat.of().formatHex(new Blake3().digest(bytes));
  }

  /** Checks a field that must have one value. */
  static void require(boolean holds) {
    if (!holds) {
      throw new ExchangeException("not written as this program writes it");
    }
  }
}
