package io.nightjar.crypto.natives;

import io.nightjar.crypto.Cancellation;

/**
 * The boundary to the native core, one method per whole operation on a block: for the packages
 * under io.nightjar.crypto only.
 *
 * <p>Handles are pointers that {@link NativeHandle} owns; callers hold them open for the length of
 * a call, check that all objects belong to the same parameters, and pass arrays of the right size.
 * The module's README says who owns which memory.
 */
public final class Native {

  static {
    // Entry points load it first, so that a failure there can be mended and tried again.
    NativeLibrary.load();
  }

  private Native() {}

  public static native String sealVersion();

  /** Returns kind, origin and digest, as {@code cmake/ResolveSeal.cmake} wrote them down. */
  public static native String[] sealProvenance();

  public static native String[] kernels();

  public static native long spin(int kernel, long iterations);

  public static native int keyMemory(long bytes);

  public static native long createContext(
      int scheme,
      int degree,
      long[] primes,
      long plainModulus,
      boolean enforceSecurity,
      int kernel);

  public static native void destroyContext(long context);

  public static native long createSecretKey(long context);

  public static native long importSecretKey(long context, byte[] bytes);

  public static native byte[] exportSecretKey(long context, long secret);

  public static native void destroySecretKey(long secret);

  public static native void makePublicKey(long context, long secret, long key, byte[] seed);

  public static native void makeRelinearisationKey(
      long context, long secret, long key, byte[] seed);

  public static native long createRelinearisationKey(long context, long key);

  public static native void destroyRelinearisationKey(long key);

  public static native long createBlock(long context, int columns, int polys, int limbs, int form);

  public static native void destroyBlock(long block);

  /** {@code values} is a long[] (BFV) or a double[] (CKKS), ciphertext after ciphertext. */
  public static native void encryptSymmetric(
      long context,
      long secret,
      long block,
      int packing,
      double scale,
      Object values,
      int slots,
      byte[] seed,
      byte[] publicSeed,
      Cancellation cancellation);

  public static native void encryptPublic(
      long context,
      long key,
      long block,
      int packing,
      double scale,
      Object values,
      int slots,
      Cancellation cancellation);

  public static native void encryptZero(
      long context, long key, long block, Cancellation cancellation);

  public static native void addPlain(
      long context,
      long block,
      int packing,
      double scale,
      Object values,
      int slots,
      long output,
      Cancellation cancellation);

  /** Returns the noise margin in bits of the worst column. */
  public static native double decrypt(
      long context,
      long secret,
      long block,
      int packing,
      int slots,
      long[] values,
      int first,
      Cancellation cancellation);

  public static native double noiseMargin(
      long context, long secret, long block, Cancellation cancellation);

  /** {@code noise} has the ring degree's many numbers for each column. */
  public static native void noise(
      long context, long secret, long block, double[] noise, Cancellation cancellation);

  public static native void decryptReal(
      long context,
      long secret,
      long block,
      double scale,
      int slots,
      double[] values,
      int first,
      Cancellation cancellation);

  /** {@code kept} has a bit for each slot of each ciphertext (BFV), or is empty (CKKS). */
  public static native void hide(
      long context,
      long key,
      long block,
      byte[] seed,
      long firstCiphertext,
      int floodBits,
      int packing,
      long[] kept,
      long output,
      Cancellation cancellation);

  public static native void multiplyPlain(
      long context,
      long block,
      long[] factors,
      int records,
      long output,
      Cancellation cancellation);

  public static native void sampleRecords(
      long[] cumulative, byte[] seed, long column, long[] values);

  /** -1 among the columns stands for the constant {@code one}, drawn for {@code constantColumn}. */
  public static native void perturb(
      long context,
      long block,
      int[] columns,
      long[] cumulative,
      byte[] seed,
      long one,
      long constantColumn,
      long output,
      Cancellation cancellation);

  /** {@code bias} is a long[] (BFV), a double[] (CKKS) or null. All arrays are copied. */
  public static native long loadLayer(
      long context, int kernel, int rows, int terms, int[] weights, int[] gathered, Object bias);

  public static native void destroyLayer(long layer);

  public static native void applyLayer(
      long context,
      long layer,
      int firstRow,
      int rowCount,
      int firstGather,
      int gatherCount,
      int packing,
      double scale,
      long input,
      long output,
      Cancellation cancellation);

  public static native void applyLayers(
      long context,
      long[] layers,
      double scale,
      long input,
      long output,
      Cancellation cancellation);

  /** Of the squares of what the first layers make; of the input itself if there are none. */
  public static native void applyToSquares(
      long context,
      long[] first,
      long[] layers,
      double scale,
      long input,
      long output,
      Cancellation cancellation);

  public static native void add(
      long context, long left, long right, long output, Cancellation cancellation);

  public static native void multiply(
      long context,
      long left,
      long right,
      double leftScale,
      double rightScale,
      long output,
      Cancellation cancellation);

  public static native void relinearise(
      long context, long block, long key, long output, Cancellation cancellation);

  public static native void relineariseAndRescale(
      long context, long block, long key, long output, Cancellation cancellation);

  public static native void rescale(
      long context, long block, long output, Cancellation cancellation);

  public static native void switchModulus(
      long context, long block, double scale, long output, Cancellation cancellation);

  public static native void changeForm(
      long context, long block, long output, Cancellation cancellation);

  public static native void packColumns(
      long context, long block, int polys, int first, int count, byte[] packed);

  public static native void unpackColumns(
      long context, long block, int polys, int first, int count, byte[] packed);

  public static native void expandSeed(long context, long block, byte[] seed);

  public static native int blake3Words();

  public static native void blake3(byte[] bytes, int count, byte[] digest);

  /** {@code state} has {@link #blake3Words} numbers, of which the first two are zeros at first. */
  public static native void blake3Update(long[] state, byte[] bytes, int offset, int count);

  public static native void blake3Digest(long[] state, byte[] digest);

  /** Bytes that are overwritten when they are destroyed. */
  public static native long createSecret(byte[] bytes);

  public static native byte[] readSecret(long secret);

  public static native void destroySecret(long secret);

  public static native long createRing(byte[] modulus, int kernel);

  public static native void destroyRing(long ring);

  public static native byte[] ringPowers(
      long ring, byte[] numbers, byte[] exponent, Cancellation cancellation);

  /** Returns eight numbers whose product is that of all. */
  public static native byte[] ringProduct(long ring, byte[] numbers);

  public static native long createFixedBase(long ring, byte[] base, int exponentBytes);

  public static native void destroyFixedBase(long base);

  public static native byte[] fixedBasePowers(
      long base, byte[] exponents, Cancellation cancellation);

  public static native long createLaneColumns(long ring, byte[] numbers, int lanes);

  public static native byte[] laneColumnsProduct(long columns);

  public static native void laneColumnsInvert(long columns, byte[] inverse);

  public static native void destroyLaneColumns(long columns);

  /** Results are products of powers, times the row's factor, times a power of the mask's base. */
  public static native byte[] multipower(
      long columns,
      int terms,
      int[] weights,
      int[] gathered,
      byte[] rowFactors,
      long maskBase,
      byte[] maskExponents,
      Cancellation cancellation);
}
