package io.nightjar.ledger;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.exchange.ExchangeJson;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The file of an entry.
 *
 * @param previous the BLAKE3 of the file before; empty for the first
 * @param order the digest of the order
 * @param secret the commitment to the job's secret
 */
@JsonPropertyOrder({
  "format",
  "version",
  "number",
  "previous",
  "job",
  "owner",
  "lineage",
  "model",
  "plan",
  "protocol",
  "records",
  "draws",
  "answers",
  "order",
  "secret",
  "time"
})
record EntryFile(
    String format,
    int version,
    long number,
    String previous,
    UUID job,
    String owner,
    String lineage,
    String model,
    String plan,
    String protocol,
    long records,
    int draws,
    long answers,
    String order,
    String secret,
    String time)
    implements LedgerFile {

  static final String FORMAT = "nightjar-ledger-entry";

  /** Returns the file of an entry. */
  static byte[] write(long number, String previous, Entry entry) {
    Binding binding = entry.binding().orElseThrow();
    return ExchangeJson.write(
        new EntryFile(
            FORMAT,
            LedgerVersions.CURRENT,
            number,
            previous,
            entry.job(),
            entry.owner(),
            entry.lineage(),
            entry.model(),
            entry.plan(),
            entry.protocol(),
            entry.records(),
            entry.draws(),
            entry.answers(),
            binding.order(),
            binding.secret(),
            entry.time().toString()));
  }

  /**
   * Returns the entry.
   *
   * @throws IllegalArgumentException if it is none
   */
  Entry entry() {
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
            Optional.of(new Binding(order, secret)),
            Instant.parse(time));
    boolean same =
        FORMAT.equals(format)
            && version == LedgerVersions.CURRENT
            && entry.answers() == answers
            && entry.time().toString().equals(time);
    LedgerFile.require(same);
    return entry;
  }
}
