package io.nightjar.owner;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;

/**
 * A finished file of predictions, out of sight until all are there.
 *
 * @param file what it is called until then
 * @param name what it will be called
 * @param blake3 the hash of its bytes
 */
@JsonPropertyOrder({"file", "name", "blake3"})
public record Part(String file, String name, String blake3) implements Serializable {
  private static final long serialVersionUID = 1;
}
