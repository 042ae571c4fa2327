package io.nightjar.protocol;

import io.nightjar.crypto.EncryptedBlock;

/** Checks that both parties make of every block before they touch it. */
public final class MessageChecks {

  private MessageChecks() {}

  /**
   * Returns a block as one of its plan's scheme.
   *
   * @throws ProtocolException if it is of another scheme
   */
  public static <B extends EncryptedBlock> B block(Class<B> type, EncryptedBlock block) {
    if (!type.isInstance(block)) {
      throw otherScheme();
    }
    return type.cast(block);
  }

  /** Returns what is thrown for a block of another scheme than the plan's. */
  public static ProtocolException otherScheme() {
    return new ProtocolException("The block is of another scheme than the plan's");
  }

  /** Refuses a block of which something is not as the plan says. */
  public static void require(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new ProtocolException(
          "The block's %s is %s; the plan says %s".formatted(what, actual, expected));
    }
  }
}
