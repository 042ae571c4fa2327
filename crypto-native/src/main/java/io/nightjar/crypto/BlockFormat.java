package io.nightjar.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * How encrypted columns of one scheme are written to the wire, and read with every byte checked.
 */
public sealed interface BlockFormat permits BlockCodec, PaillierCodec {

  /** What a block says of itself before its ciphertexts. */
  sealed interface Header permits BlockHeader, PaillierHeader {

    /** Returns where the block belongs. */
    BlockLabel label();

    /** Returns how many columns it has. */
    int columns();

    /** Returns how many records its batch has. */
    int records();
  }

  /** A block that was read, with where it belongs. */
  interface Read {

    /** Returns the header. */
    Header header();

    /** Returns the block, which the caller closes. */
    EncryptedBlock block();
  }

  /**
   * Writes columns.
   *
   * @throws WrongContextException if they are not of this format's scheme and key
   */
  void writeColumns(EncryptedBlock block, BlockLabel label, OutputStream out) throws IOException;

  /**
   * Reads columns.
   *
   * @param check sees the header before any memory is allocated, and throws what it will not have
   * @throws InvalidBlockException if anything is not as it must be
   */
  Read readColumns(InputStream in, Consumer<Header> check) throws IOException;
}
