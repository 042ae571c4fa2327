package io.nightjar.protocol;

import io.nightjar.crypto.EncryptedBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The types of a protocol that may go from one process of a job to another, and those that never
 * may.
 *
 * @param portable blocks that have a form in which they can be shuffled or cached
 * @param confined types that stay in their process: secrets, and what lives in native memory
 */
public record Travel(List<Portable<?>> portable, List<Class<?>> confined) {

  /** Copies the lists. */
  public Travel {
    portable = List.copyOf(portable);
    confined = List.copyOf(confined);
  }

  /**
   * A type of blocks that can travel.
   *
   * @param type the blocks' type
   * @param form the form that they are written and read in
   */
  public record Portable<B extends EncryptedBlock>(Class<B> type, Form<B> form) {}

  /** A form in which blocks are written so that any process can read them. */
  public interface Form<B extends EncryptedBlock> {

    /** Writes a block. */
    void write(B block, SharedResources resources, OutputStream out) throws IOException;

    /** Reads a block, which the caller closes. */
    B read(SharedResources resources, InputStream in) throws IOException;
  }
}
