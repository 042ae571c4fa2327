package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.crypto.EncryptionName;
import java.io.Serializable;

/**
 * Blocks of one batch and draw as a manifest lists them, and the part of a file that they are.
 *
 * @param name which blocks they are: a {@link BlockName}
 * @param file the name of the file
 * @param offset where in it they begin
 * @param bytes how long they are
 * @param blake3 the hash of these bytes, 64 lower-case hexadecimal digits
 * @param nonce for uploads, what tells their encryption from others; empty for results
 */
@JsonPropertyOrder({"name", "file", "offset", "bytes", "blake3", "nonce"})
public record Section(
    String name, String file, long offset, long bytes, String blake3, String nonce)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** Checks the fields. */
  public Section {
    BlockName.parse(name);
    BlockFileName.check(file);
    if (bytes < 1 || offset < 0 || offset > Long.MAX_VALUE - bytes) {
      throw new ExchangeException("%s has %d bytes from %d on".formatted(name, bytes, offset));
    }
    Digests.check(blake3);
    if (nonce == null || !(nonce.isEmpty() || EncryptionName.isNonce(nonce))) {
      throw new ExchangeException("%s has a nonce of another form".formatted(name));
    }
  }

  /** Returns where in the file the blocks end. */
  long end() {
    return offset + bytes;
  }
}
