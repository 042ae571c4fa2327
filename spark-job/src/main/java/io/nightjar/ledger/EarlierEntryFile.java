package io.nightjar.ledger;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The file of an entry as the first version wrote it, which stays as it is.
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
record EarlierEntryFile(
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
    String time)
    implements LedgerFile {

  /**
   * Returns the entry.
   *
   * @param lineage the lineage of its model
   * @throws IllegalArgumentException if it is none
   */
  Entry entry(String lineage) {
    Entry entry =
        new Entry(
            job,
            owner,
            lineage,
            model,
            plan,
            protocol,
            records,
            draws,
            Optional.empty(),
            Instant.parse(time));
    boolean same =
        EntryFile.FORMAT.equals(format)
            && version == LedgerVersions.FIRST
            && entry.answers() == answers
            && entry.time().toString().equals(time);
    LedgerFile.require(same);
    return entry;
  }
}
