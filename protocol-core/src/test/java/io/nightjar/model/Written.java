package io.nightjar.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The two files of a model, as bytes. */
final class Written {

  private final byte[] json;
  private final byte[] tensors;

  Written(byte[] json, byte[] tensors) {
    this.json = json;
    this.tensors = tensors;
  }

  static Written of(Model model) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    try {
      ModelWriter.write(model, json, tensors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Written(json.toByteArray(), tensors.toByteArray());
  }

  byte[] json() {
    return json;
  }

  byte[] tensors() {
    return tensors;
  }

  Model read() {
    return read(ReadLimits.defaults());
  }

  Model read(ReadLimits limits) {
    try {
      return ModelReader.read(
          new ByteArrayInputStream(json), new ByteArrayInputStream(tensors), limits);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads {@code model.json} alone. */
  static Architecture readArchitecture(byte[] json) {
    try {
      return ModelReader.readArchitecture(new ByteArrayInputStream(json), ReadLimits.defaults());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Architecture readArchitecture(String json) {
    return readArchitecture(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Written that
        && Arrays.equals(json, that.json)
        && Arrays.equals(tensors, that.tensors);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(json) + Arrays.hashCode(tensors);
  }
}
