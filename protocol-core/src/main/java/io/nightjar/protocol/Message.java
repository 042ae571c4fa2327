package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;

/**
 * A block on its way between the parties, with where it belongs; whoever has it closes the block.
 */
public record Message(BlockLabel label, EncryptedBlock block) implements AutoCloseable {

  @Override
  public void close() {
    block.close();
  }
}
