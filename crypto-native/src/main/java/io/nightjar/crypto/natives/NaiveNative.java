package io.nightjar.crypto.natives;

/**
 * The boundary to the naive programs, which are in a library of their own: for {@code
 * io.nightjar.crypto.naive} only.
 *
 * <p>Contexts and blocks are those of {@link Native}; callers hold them open for the length of a
 * call, as there.
 */
public final class NaiveNative {

  static {
    NativeLibrary.loadNaive();
  }

  private NaiveNative() {}

  public static native long createLayer(
      long context, int rows, int terms, int[] weights, int[] gathered, long input, double scale);

  public static native void output(
      long context, long naive, int row, int gather, long output, int column);

  public static native void destroyLayer(long naive);

  public static native long createCipher(long context);

  public static native void encrypt(long naive, long[] values, int records);

  public static native void decrypt(long naive, long[] values, int records);

  public static native void destroyCipher(long naive);

  public static native void measureCkks(long context, int limbs, double scale, double[] seconds);
}
