package io.nightjar.records;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one pass over all of an input found; that it exists says that every row was good.
 *
 * <p>The digest is as private as the records: whoever has it can test a guess at all of them.
 *
 * @param records how many there are
 * @param idType what their ids are
 * @param digest SHA-256 over the ids and values in order, 64 lower-case hexadecimal digits: equal
 *     for equal records, whatever format they come in
 * @param outside of the columns whose numbers the model scales, how many numbers lay beyond the
 *     column's ends and count as the nearer of them; columns without any are left out
 */
public record RecordCensus(long records, IdType idType, String digest, Map<String, Long> outside) {

  /** Copies the counts, in their order. */
  public RecordCensus {
    outside = Collections.unmodifiableMap(new LinkedHashMap<>(outside));
  }
}
