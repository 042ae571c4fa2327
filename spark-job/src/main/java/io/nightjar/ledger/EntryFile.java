package io.nightjar.ledger;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The content of the file of an entry, chained to the file before it.
 *
 * @param previous the BLAKE3 of the file before; empty for the first
 */
@JsonPropertyOrder({
  "format",
  "version",
  "number",
  "previous",
  "job",
  "owner",
  "model",
  "plan",
  "protocol",
  "records",
  "draws",
  "answers",
  "time"
})
record EntryFile(
    String format,
    int version,
    long number,
    String previous,
    UUID job,
    String owner,
    String model,
    String plan,
    String protocol,
    long records,
    int draws,
    long answers,
    String time) {

  private static final String FORMAT = "nightjar-ledger-entry";
  private static final int VERSION = 1;

  /** Returns the file of an entry. */
  static byte[] write(long number, String previous, Entry entry) {
    return ExchangeJson.write(
        new EntryFile(
            FORMAT,
            VERSION,
            number,
            previous,
            entry.job(),
            entry.owner(),
            entry.model(),
            entry.plan(),
            entry.protocol(),
            entry.records(),
            entry.draws(),
            entry.answers(),
            entry.time().toString()));
  }

  /**
   * Reads the file of an entry.
   *
   * @throws IllegalArgumentException if it is not the one that was written with this number after
   *     that file
   */
  static Entry read(byte[] bytes, long number, String previous) {
    try {
      EntryFile file = ExchangeJson.read(bytes, EntryFile.class);
      Entry entry =
          new Entry(
              file.job,
              file.owner,
              file.model,
              file.plan,
              file.protocol,
              file.records,
              file.draws,
              Instant.parse(file.time));
      if (!file.previous.equals(previous)) {
        throw new IllegalArgumentException(
            "the entry before it is not the one it was written after");
      }
      if (!Arrays.equals(write(number, previous, entry), bytes)) {
        throw new IllegalArgumentException("not written as this program writes it");
      }
      return entry;
    } catch (ExchangeException | DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Returns the digest by which the next file names this one. */
  static String digest(byte[] bytes) {
    return HexFormat.of().formatHex(new Blake3().digest(bytes));
  }
}
