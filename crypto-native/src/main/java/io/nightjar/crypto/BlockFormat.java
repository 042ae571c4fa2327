package io.nightjar.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** How blocks of one scheme are written to the wire, and read with every byte checked. */
public interface BlockFormat {

  /** What a block says of itself before its ciphertexts. */
  interface Header {

    /** Returns where the block belongs. */
    BlockLabel label();

    /** Returns how many ciphertexts it has. */
    int ciphertexts();

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
   * Writes a block.
   *
   * @throws WrongContextException if it is not of this format's scheme and key
   */
  void writeBlock(EncryptedBlock block, BlockLabel label, OutputStream out) throws IOException;

  /**
   * Reads a block.
   *
   * @param check sees the header before any memory is allocated, and throws what it will not have
   * @throws InvalidBlockException if anything is not as it must be
   */
  Read readBlock(InputStream in, Consumer<Header> check) throws IOException;
}
