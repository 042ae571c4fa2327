package io.nightjar.keys;

import io.nightjar.crypto.natives.Blake3;
import java.util.HexFormat;

/**
 * The public key of a data owner's job as it travels, and its fingerprint, which the signed order
 * names. Only its {@link KeyScheme} understands what is in it.
 */
public final class OwnerKey {

  /** The most bytes that are read of a key, which is more than a key of any parameters has. */
  public static final int MOST_BYTES = 16 << 20;

  private final byte[] bytes;
  private final String fingerprint;

  /** Creates a key of bytes, which are copied; its scheme says whether they are one. */
  public OwnerKey(byte[] bytes) {
    this.bytes = bytes.clone();
    this.fingerprint = HexFormat.of().formatHex(new Blake3().digest(this.bytes));
  }

  /** Returns the key as it travels. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the BLAKE3 of its bytes, in 64 hexadecimal digits. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return "OwnerKey[%s]".formatted(fingerprint);
  }
}
