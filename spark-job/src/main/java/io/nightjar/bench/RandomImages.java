package io.nightjar.bench;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Makes images like scanned digits, most of whose pixels are zero; they are the same every time.
 */
final class RandomImages {

  private static final long SEED = 784;
  private static final double INKED = 0.2;
  private static final int IDX_OF_BYTE_VECTORS = 0x802;

  private RandomImages() {}

  /** Writes an IDX file of images, row after row. */
  static void write(Path file, long count, int pixels) throws IOException {
    Random random = new Random(SEED);
    byte[] image = new byte[pixels];
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(IDX_OF_BYTE_VECTORS);
      out.writeInt(Math.toIntExact(count));
      out.writeInt(pixels);
      for (long i = 0; i < count; i++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          image[pixel] = (byte) (random.nextDouble() < INKED ? 1 + random.nextInt(255) : 0);
        }
        out.write(image);
      }
    }
  }
}
