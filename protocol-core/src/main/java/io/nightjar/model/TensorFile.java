package io.nightjar.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of a safetensors file.
 *
 * @param tensors the tensors by name, in the order of their data
 * @param metadata the text that a file may have beside them
 */
public record TensorFile(Map<String, Tensor> tensors, Map<String, String> metadata) {

  /** Copies the maps, in their order. */
  public TensorFile {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }
}
