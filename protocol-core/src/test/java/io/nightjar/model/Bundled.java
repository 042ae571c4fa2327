package io.nightjar.model;

import io.nightjar.crypto.RealColumns;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Reads the models and digits in data/. */
public final class Bundled {

  private static final Path DATA = Path.of("../data");
  private static final int PIXELS = 28 * 28;
  private static final int IDX_IMAGES_HEADER = 16;
  private static final int IDX_LABELS_HEADER = 8;

  private Bundled() {}

  /** Returns a model by the name of its directory. */
  public static Model model(String name) throws IOException {
    Path directory = DATA.resolve("models").resolve(name);
    try (InputStream json = Files.newInputStream(directory.resolve(ModelReader.MODEL_JSON));
        InputStream posterior =
            new BufferedInputStream(
                Files.newInputStream(directory.resolve(ModelReader.POSTERIOR)))) {
      return ModelReader.read(json, posterior, ReadLimits.defaults());
    }
  }

  /** Returns the first digits that models were trained on. */
  public static RealColumns trainingDigits(int records) throws IOException {
    return images("train-images-idx3-ubyte.gz", records);
  }

  /** Returns the first digits that no model has seen. */
  public static RealColumns testDigits(int records) throws IOException {
    return images("test-images-idx3-ubyte.gz", records);
  }

  /** Returns the classes of {@link #testDigits}. */
  public static byte[] testLabels(int records) throws IOException {
    byte[] bytes = gunzip("test-labels-idx1-ubyte.gz", IDX_LABELS_HEADER + records);
    return Arrays.copyOfRange(bytes, IDX_LABELS_HEADER, bytes.length);
  }

  private static RealColumns images(String file, int records) throws IOException {
    byte[] bytes = gunzip(file, IDX_IMAGES_HEADER + records * PIXELS);
    double[] values = new double[PIXELS * records];
    for (int j = 0; j < records; j++) {
      for (int k = 0; k < PIXELS; k++) {
        values[k * records + j] = (bytes[IDX_IMAGES_HEADER + j * PIXELS + k] & 0xff) / 255.0;
      }
    }
    return new RealColumns(PIXELS, records, values);
  }

  private static byte[] gunzip(String file, int length) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(DATA.resolve("digits").resolve(file)))) {
      return in.readNBytes(length);
    }
  }
}
