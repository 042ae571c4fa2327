package io.nightjar.cli;

import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ReadLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model artefact on a local disk. */
final class ModelDirectory {

  private ModelDirectory() {}

  /**
   * Reads a model.
   *
   * @throws InvalidModelException if a file is missing, or is not what it must be
   */
  static Model read(Path directory) throws IOException {
    try (InputStream json = open(directory, ModelReader.MODEL_JSON);
        InputStream posterior = open(directory, ModelReader.POSTERIOR)) {
      return ModelReader.read(json, posterior, ReadLimits.defaults());
    }
  }

  private static InputStream open(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new InvalidModelException(
          "There is no file %s: a model is a directory with %s and %s"
              .formatted(file, ModelReader.MODEL_JSON, ModelReader.POSTERIOR));
    }
    return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }
}
