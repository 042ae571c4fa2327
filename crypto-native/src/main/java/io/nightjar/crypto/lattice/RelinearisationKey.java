package io.nightjar.crypto.lattice;

import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;

/** Lets executors bring a product of two ciphertexts back to two polynomials. */
public final class RelinearisationKey implements AutoCloseable {

  private final CipherBlock block;
  private final NativeHandle handle;

  private RelinearisationKey(CipherBlock block, long pointer) {
    this.block = block;
    this.handle =
        new NativeHandle(
            this, "relinearisation key", pointer, 0, Native::destroyRelinearisationKey);
  }

  /** Takes ownership of a block that is known to be a relinearisation key, also when this fails. */
  static RelinearisationKey of(HeContext context, CipherBlock block) {
    boolean made = false;
    try (NativeHandle.Use use = context.use();
        NativeHandle.Use memory = block.use()) {
      long pointer = Native.createRelinearisationKey(use.pointer(), memory.pointer());
      RelinearisationKey key = new RelinearisationKey(block, pointer);
      made = true;
      return key;
    } finally {
      if (!made) {
        block.close();
      }
    }
  }

  static void requireKeySwitching(HeParameters parameters) {
    if (!parameters.canSwitchKeys()) {
      throw new InvalidParametersException(
          "Relinearisation needs a key-switching prime: give the parameters at least two primes, not "
              + parameters.keyLimbs());
    }
  }

  /** Returns the parameters that the key belongs to. */
  public HeParameters parameters() {
    return block.parameters();
  }

  /** Returns the key as the block that travels; it stays the key's to close. */
  CipherBlock block() {
    return block;
  }

  NativeHandle.Use use() {
    return handle.use();
  }

  @Override
  public void close() {
    handle.close();
    block.close();
  }

  @Override
  public String toString() {
    return "RelinearisationKey[" + parameters().digest() + "]";
  }
}
