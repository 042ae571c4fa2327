package io.nightjar.spark;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.model.Architecture;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ModelWriter;
import io.nightjar.model.ReadLimits;
import io.nightjar.text.Amounts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The two files of a model as they were read, and what they say. */
public final class ModelFiles {

  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final byte[] json;
  private final byte[] posterior;
  private final Model model;

  private ModelFiles(byte[] json, byte[] posterior, Model model) {
    this.json = json;
    this.posterior = posterior;
    this.model = model;
  }

  /**
   * Reads a model.
   *
   * @throws InvalidModelException if a file is missing, or is not what it must be
   */
  public static ModelFiles read(Path directory, Configuration configuration) throws IOException {
    byte[] json = read(directory, ModelReader.MODEL_JSON, configuration);
    byte[] posterior = read(directory, ModelReader.POSTERIOR, configuration);
    Model model =
        ModelReader.read(
            new ByteArrayInputStream(json),
            new ByteArrayInputStream(posterior),
            ReadLimits.defaults());
    return new ModelFiles(json, posterior, model);
  }

  /** Writes the description of a model anew; its posterior stays. */
  public static void describe(Path directory, Configuration configuration, Architecture anew)
      throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    ModelWriter.writeArchitecture(anew, json);
    Path file = new Path(directory, ModelReader.MODEL_JSON);
    HadoopFiles.writeDurable(file.getFileSystem(configuration), file, json.toByteArray());
  }

  private static byte[] read(Path directory, String name, Configuration configuration)
      throws IOException {
    Path file = new Path(directory, name);
    FileSystem files = file.getFileSystem(configuration);
    if (!files.exists(file)) {
      throw new InvalidModelException(
          "There is no file %s: a model is a directory with %s and %s"
              .formatted(file, ModelReader.MODEL_JSON, ModelReader.POSTERIOR));
    }
    long length = files.getFileStatus(file).getLen();
    if (length > MOST_BYTES) {
      throw new InvalidModelException(
          "%s has %s; at most %s are read"
              .formatted(file, Amounts.bytes(length), Amounts.bytes(MOST_BYTES)));
    }
    try (InputStream in = files.open(file)) {
      return in.readNBytes((int) length);
    }
  }

  /** Returns what they say. */
  public Model model() {
    return model;
  }

  /** Returns the SHA-256 of both. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(json.length).array());
      digest.update(json);
      return HexFormat.of().formatHex(digest.digest(posterior));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The arrays themselves, for whoever only reads them. */
  byte[] json() {
    return json;
  }

  byte[] posterior() {
    return posterior;
  }

  @Override
  public String toString() {
    return "ModelFiles[%s]".formatted(model.architecture().name());
  }
}
