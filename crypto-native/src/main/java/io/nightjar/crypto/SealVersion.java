package io.nightjar.crypto;

/** The version of Microsoft SEAL that the native library was linked with. */
public final class SealVersion {

  private SealVersion() {}

  /** Returns the version, such as {@code 4.0.0}. */
  public static String linked() {
    NativeLibrary.load();
    return Native.sealVersion();
  }
}
