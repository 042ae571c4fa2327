package io.nightjar.exchange;

import java.io.Serializable;

/**
 * A file of blocks as a manifest lists it.
 *
 * @param name its name, which is a {@link BlockFileName}
 * @param bytes its length
 * @param blake3 the hash of its bytes, 64 lower-case hexadecimal digits
 */
public record FileDigest(String name, long bytes, String blake3) implements Serializable {

  private static final long serialVersionUID = 1;

  /** Checks the fields. */
  public FileDigest {
    BlockFileName.parse(name);
    if (bytes < 1) {
      throw new ExchangeException("%s has %d bytes".formatted(name, bytes));
    }
    Digests.check(blake3);
  }
}
