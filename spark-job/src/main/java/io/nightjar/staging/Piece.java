package io.nightjar.staging;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;

/**
 * Where some consecutive records are.
 *
 * @param file the number of their file
 * @param number the number, in the file, of what is sealed of their ids; that of their values
 *     follows
 * @param offset where the ids begin; the values follow
 * @param ids how many sealed bytes the ids are
 * @param values how many the values are
 * @param records how many records there are
 */
@JsonPropertyOrder({"file", "number", "offset", "ids", "values", "records"})
public record Piece(int file, long number, long offset, int ids, int values, int records)
    implements Serializable {

  private static final long serialVersionUID = 1;
}
