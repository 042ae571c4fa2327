package io.nightjar.records;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of one pass over all of an input. It exists only if every row was good.
 *
 * <p>The digest is as private as the records: whoever has it can test a guess at all of them.
 *
 * @param records how many there are
 * @param idType the type of their ids
 * @param digest SHA-256 over the ids and values in order, 64 lower-case hexadecimal digits: equal
 *     for equal records, whatever format they come in
 * @param outside how many numbers lay beyond the ends of each column whose numbers the model
 *     scales, and count as the nearer end; columns without any are left out
 */
public record RecordCensus(long records, IdType idType, String digest, Map<String, Long> outside) {

  /** Copies the counts, in their order. */
  public RecordCensus {
    outside = Collections.unmodifiableMap(new LinkedHashMap<>(outside));
  }
}
