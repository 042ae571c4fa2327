package io.nightjar.crypto.protect;

import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeLibrary;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Bytes in native memory that is wiped when they are closed: no field leads to them. For the
 * packages under io.nightjar.crypto only.
 */
public final class SecretBytes implements AutoCloseable {

  private final NativeHandle handle;

  private SecretBytes(byte[] bytes) {
    NativeLibrary.load();
    this.handle =
        new NativeHandle(this, "secret", Native.createSecret(bytes), 0, Native::destroySecret);
  }

  /** Takes bytes over, and overwrites the array. */
  public static SecretBytes take(byte[] bytes) {
    SecretBytes secret = new SecretBytes(bytes);
    Arrays.fill(bytes, (byte) 0);
    return secret;
  }

  /** Returns a copy, which the caller overwrites. */
  public byte[] copy() {
    try (NativeHandle.Use use = handle.use()) {
      return Native.readSecret(use.pointer());
    }
  }

  /** Returns them as a big-endian number, which is the collector's to forget. */
  public BigInteger number() {
    byte[] bytes = copy();
    BigInteger number = new BigInteger(1, bytes);
    Arrays.fill(bytes, (byte) 0);
    return number;
  }

  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return "SecretBytes[hidden]";
  }
}
