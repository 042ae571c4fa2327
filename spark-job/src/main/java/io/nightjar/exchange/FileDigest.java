package io.nightjar.exchange;

/**
 * A file of blocks as a manifest lists it.
 *
 * @param name as {@link BlockFileName} has it
 * @param bytes its length
 * @param sha256 64 lower-case digits
 */
public record FileDigest(String name, long bytes, String sha256) {

  /** Checks the fields. */
  public FileDigest {
    BlockFileName.parse(name);
    if (bytes < 1) {
      throw new ExchangeException("%s has %d bytes".formatted(name, bytes));
    }
    Digests.check(sha256);
  }
}
