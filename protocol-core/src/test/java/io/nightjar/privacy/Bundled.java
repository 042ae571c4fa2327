package io.nightjar.privacy;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ReadLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads the models and digits in data/. */
public final class Bundled {

  private static final Path DATA = Path.of("../data");
  private static final int PIXELS = 28 * 28;
  private static final int IDX_HEADER = 16;

  private Bundled() {}

  /** Reads a model by the name of its directory. */
  public static Model model(String name) throws IOException {
    Path directory = DATA.resolve("models").resolve(name);
    try (InputStream json = Files.newInputStream(directory.resolve(ModelReader.MODEL_JSON));
        InputStream posterior =
            new BufferedInputStream(
                Files.newInputStream(directory.resolve(ModelReader.POSTERIOR)))) {
      return ModelReader.read(json, posterior, ReadLimits.defaults());
    }
  }

  static RealColumns digits(int records) throws IOException {
    Path images = DATA.resolve("digits").resolve("train-images-idx3-ubyte.gz");
    byte[] bytes;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(images))) {
      bytes = in.readNBytes(IDX_HEADER + records * PIXELS);
    }
    double[] values = new double[PIXELS * records];
    for (int j = 0; j < records; j++) {
      for (int k = 0; k < PIXELS; k++) {
        values[k * records + j] = (bytes[IDX_HEADER + j * PIXELS + k] & 0xff) / 255.0;
      }
    }
    return new RealColumns(PIXELS, records, values);
  }
}
