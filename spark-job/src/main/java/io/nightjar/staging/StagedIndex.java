package io.nightjar.staging;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordCensus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was staged, and where in its files it is. It is written last, and sealed: without it nothing
 * is staged.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param source what they were staged from, in words that are the same for the same request
 * @param records how many records there are
 * @param batchSize how many of them a batch holds; the last may hold fewer
 * @param idType the type of their ids
 * @param idSchema the columns of their ids as Spark writes them; empty if they are not of a table
 * @param snapshot the version of the table that they are of; empty if it has none
 * @param digest the digest of their content
 * @param outside how many numbers lay beyond the ends of a column
 * @param pieces where the records are, in their order; none goes over the end of a batch
 */
@JsonPropertyOrder({
  "format",
  "version",
  "source",
  "records",
  "batchSize",
  "idType",
  "idSchema",
  "snapshot",
  "digest",
  "outside",
  "pieces"
})
record StagedIndex(
    String format,
    int version,
    String source,
    long records,
    int batchSize,
    IdType idType,
    String idSchema,
    String snapshot,
    String digest,
    Map<String, Long> outside,
    List<Piece> pieces) {

  static final String FORMAT = "nightjar-staged";
  static final int VERSION = 1;

  StagedIndex {
    outside = new LinkedHashMap<>(outside);
    pieces = List.copyOf(pieces);
    if (!FORMAT.equals(format) || version != VERSION) {
      throw new StagingException("its format is unknown");
    }
  }

  static StagedIndex of(String source, StagingArea.Content content, int batchSize) {
    RecordCensus census = content.census();
    return new StagedIndex(
        FORMAT,
        VERSION,
        source,
        census.records(),
        batchSize,
        census.idType(),
        content.idSchema(),
        content.snapshot(),
        census.digest(),
        census.outside(),
        content.pieces());
  }

  /**
   * Returns the pieces of every batch.
   *
   * @throws StagingException if they are not those that so many records need
   */
  List<List<Piece>> batches() {
    List<List<Piece>> batches = new ArrayList<>();
    List<Piece> open = new ArrayList<>();
    long taken = 0;
    for (Piece piece : pieces) {
      open.add(piece);
      taken += piece.records();
      if (taken == Math.min((batches.size() + 1L) * batchSize, records)) {
        batches.add(List.copyOf(open));
        open.clear();
      }
    }
    if (taken != records || !open.isEmpty()) {
      throw new StagingException("it has other records than it says");
    }
    return batches;
  }

  RecordCensus census() {
    return new RecordCensus(records, idType, digest, outside);
  }
}
