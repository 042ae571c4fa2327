package io.nightjar.crypto.lattice;

import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeLibrary;

/** The version of Microsoft SEAL that the native library was linked with. */
public final class SealVersion {

  private SealVersion() {}

  /** Returns the version, such as {@code 4.0.0}. */
  public static String linked() {
    NativeLibrary.load();
    return Native.sealVersion();
  }
}
