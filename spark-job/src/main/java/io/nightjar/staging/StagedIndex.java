package io.nightjar.staging;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordCensus;
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
 * @param digest the digest of their content
 * @param outside how many numbers lay beyond the ends of a column
 * @param batches where each batch is
 */
@JsonPropertyOrder({
  "format",
  "version",
  "source",
  "records",
  "batchSize",
  "idType",
  "digest",
  "outside",
  "batches"
})
record StagedIndex(
    String format,
    int version,
    String source,
    long records,
    int batchSize,
    IdType idType,
    String digest,
    Map<String, Long> outside,
    List<Place> batches) {

  static final String FORMAT = "nightjar-staged";
  static final int VERSION = 1;

  /**
   * Where a batch is.
   *
   * @param file the number of its file
   * @param number the number of its first sealed piece in the file; the second follows
   * @param offset where the first piece begins
   * @param ids the length of the first piece, the ids
   * @param values the length of the second, the values
   */
  @JsonPropertyOrder({"file", "number", "offset", "ids", "values"})
  record Place(int file, long number, long offset, int ids, int values) {}

  StagedIndex {
    outside = new LinkedHashMap<>(outside);
    batches = List.copyOf(batches);
    if (!FORMAT.equals(format) || version != VERSION) {
      throw new StagingException("its format is unknown");
    }
    if (records < 0 || batchSize < 1 || batches.size() != (records + batchSize - 1) / batchSize) {
      throw new StagingException("it has other batches than its records need");
    }
  }

  static StagedIndex of(String source, RecordCensus census, int batchSize, List<Place> batches) {
    return new StagedIndex(
        FORMAT,
        VERSION,
        source,
        census.records(),
        batchSize,
        census.idType(),
        census.digest(),
        census.outside(),
        batches);
  }

  RecordCensus census() {
    return new RecordCensus(records, idType, digest, outside);
  }
}
