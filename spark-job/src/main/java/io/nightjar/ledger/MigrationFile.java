package io.nightjar.ledger;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.exchange.ExchangeJson;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The file that brings entries of the first version over: it follows them, and says which lineage
 * each of their models is of.
 *
 * @param previous the BLAKE3 of the file before
 * @param lineages the lineage of each model, by its digest
 */
@JsonPropertyOrder({"format", "version", "number", "previous", "lineages"})
record MigrationFile(
    String format, int version, long number, String previous, SortedMap<String, String> lineages)
    implements LedgerFile {

  static final String FORMAT = "nightjar-ledger-migration";

  /** Returns the file. */
  static byte[] write(long number, String previous, SortedMap<String, String> lineages) {
    return ExchangeJson.write(
        new MigrationFile(FORMAT, LedgerVersions.CURRENT, number, previous, lineages));
  }

  /**
   * Returns the lineage of a model.
   *
   * @throws IllegalArgumentException if there is none
   */
  String lineage(String model) {
    LedgerFile.require(FORMAT.equals(format) && version == LedgerVersions.CURRENT);
    Optional<String> lineage = Optional.ofNullable(lineages.get(model));
    LedgerFile.require(lineage.isPresent());
    return Entry.requireLineage(lineage.get());
  }
}
