package io.nightjar.crypto.natives;

/**
 * What becomes of the native memory of secret keys beyond this process.
 *
 * @param leftOutOfDumps whether core dumps leave it out
 * @param locked whether the system lets this process keep it out of swap
 */
public record KeyMemory(boolean leftOutOfDumps, boolean locked) {

  /** More than a secret key of ring degree 16384 has; one of 32768 may have 11 MiB. */
  public static final long BYTES = 4L << 20;

  private static final int LEFT_OUT_OF_DUMPS = 1;
  private static final int LOCKED = 2;

  /** Tries out what this process may do. */
  public static KeyMemory probe() {
    NativeLibrary.load();
    int found = Native.keyMemory(BYTES);
    return new KeyMemory((found & LEFT_OUT_OF_DUMPS) != 0, (found & LOCKED) != 0);
  }
}
