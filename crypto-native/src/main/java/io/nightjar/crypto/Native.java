package io.nightjar.crypto;

/**
 * The boundary to the native core, one method per whole operation on a block.
 *
 * <p>Handles are pointers that {@link NativeHandle} owns; callers hold them open for the length of
 * a call, check that all objects belong to the same parameters, and pass arrays of the right size.
 * The module's README says who owns which memory.
 */
final class Native {

  static {
    // Entry points load it first, so that a failure there can be mended and tried again.
    NativeLibrary.load();
  }

  private Native() {}

  static native String sealVersion();

  static native String[] kernels();

  static native long spin(int kernel, long iterations);

  static native long createContext(
      int scheme,
      int degree,
      long[] primes,
      long plainModulus,
      boolean enforceSecurity,
      int kernel);

  static native void destroyContext(long context);

  static native long createSecretKey(long context);

  static native long importSecretKey(long context, byte[] bytes);

  static native byte[] exportSecretKey(long context, long secret);

  static native void destroySecretKey(long secret);

  static native void makePublicKey(long context, long secret, long key, byte[] seed);

  static native void makeRelinearisationKey(long context, long secret, long key, byte[] seed);

  static native long createRelinearisationKey(long context, long key);

  static native void destroyRelinearisationKey(long key);

  static native long createBlock(long context, int columns, int polys, int limbs, int form);

  static native void destroyBlock(long block);

  /** {@code values} is a long[] (BFV) or a double[] (CKKS), column after column. */
  static native void encryptSymmetric(
      long context,
      long secret,
      long block,
      int packing,
      double scale,
      Object values,
      int records,
      byte[] seed,
      Cancellation cancellation);

  static native void encryptPublic(
      long context,
      long key,
      long block,
      int packing,
      double scale,
      Object values,
      int records,
      Cancellation cancellation);

  static native void encryptZero(long context, long key, long block, Cancellation cancellation);

  static native void addPlain(
      long context,
      long block,
      int packing,
      double scale,
      Object values,
      int records,
      long output,
      Cancellation cancellation);

  /** Returns the noise margin in bits of the worst column. */
  static native double decrypt(
      long context,
      long secret,
      long block,
      int packing,
      int records,
      long[] values,
      int first,
      Cancellation cancellation);

  static native double noiseMargin(
      long context, long secret, long block, Cancellation cancellation);

  /** {@code noise} has the ring degree's many numbers for each column. */
  static native void noise(
      long context, long secret, long block, double[] noise, Cancellation cancellation);

  static native void decryptReal(
      long context,
      long secret,
      long block,
      double scale,
      int records,
      double[] values,
      Cancellation cancellation);

  static native void hide(
      long context,
      long key,
      long block,
      byte[] seed,
      long firstColumn,
      int floodBits,
      int packing,
      int records,
      long output,
      Cancellation cancellation);

  static native void multiplyPlain(
      long context,
      long block,
      long[] factors,
      int records,
      long output,
      Cancellation cancellation);

  static native void sampleRecords(long[] cumulative, byte[] seed, long column, long[] values);

  /** -1 among the columns stands for the constant {@code one}, drawn for {@code constantColumn}. */
  static native void perturb(
      long context,
      long block,
      int[] columns,
      long[] cumulative,
      byte[] seed,
      long one,
      long constantColumn,
      long output,
      Cancellation cancellation);

  /** {@code bias} is a long[] (BFV), a double[] (CKKS) or null. */
  static native void applyLayer(
      long context,
      int kernel,
      int terms,
      int[] weights,
      int[] gathered,
      int firstRow,
      int rowCount,
      int firstGather,
      int gatherCount,
      Object bias,
      int packing,
      double scale,
      long input,
      long output,
      Cancellation cancellation);

  /**
   * {@code layers} has for each layer its weights, its gathered columns, and a double[] of biases
   * or null.
   */
  static native void applyLayers(
      long context,
      int kernel,
      int[] terms,
      Object[] layers,
      double scale,
      long input,
      long output,
      Cancellation cancellation);

  /** Of the squares of what the first layers make; of the input itself if there are none. */
  static native void applyToSquares(
      long context,
      int kernel,
      int[] firstTerms,
      Object[] first,
      int[] terms,
      Object[] layers,
      double scale,
      long input,
      long output,
      Cancellation cancellation);

  static native void add(
      long context, long left, long right, long output, Cancellation cancellation);

  static native void multiply(
      long context,
      long left,
      long right,
      double leftScale,
      double rightScale,
      long output,
      Cancellation cancellation);

  static native void relinearise(
      long context, long block, long key, long output, Cancellation cancellation);

  static native void relineariseAndRescale(
      long context, long block, long key, long output, Cancellation cancellation);

  static native void rescale(long context, long block, long output, Cancellation cancellation);

  static native void switchModulus(
      long context, long block, double scale, long output, Cancellation cancellation);

  static native void changeForm(long context, long block, long output, Cancellation cancellation);

  static native void packColumns(
      long context, long block, int polys, int first, int count, byte[] packed);

  static native void unpackColumns(
      long context, long block, int polys, int first, int count, byte[] packed);

  static native void expandSeed(long context, long block, byte[] seed);

  static native int blake3Words();

  /** {@code state} has {@link #blake3Words} numbers, at first zeros. */
  static native void blake3Update(long[] state, byte[] bytes, int offset, int count);

  static native void blake3Digest(long[] state, byte[] digest);

  static native long createNaiveLayer(
      long context,
      int rows,
      int terms,
      int gathers,
      int[] weights,
      int[] gathered,
      long input,
      double scale);

  static native void naiveOutput(
      long context, long naive, int row, int gather, long output, int column);

  static native void destroyNaiveLayer(long naive);

  static native long createNaiveCipher(long context);

  static native void naiveEncrypt(long naive, long[] values, int records);

  static native void naiveDecrypt(long naive, long[] values, int records);

  static native void destroyNaiveCipher(long naive);

  static native void naiveCkks(long context, int limbs, double scale, double[] seconds);

  /** Bytes that are overwritten when they are destroyed. */
  static native long createSecret(byte[] bytes);

  static native byte[] readSecret(long secret);

  static native void destroySecret(long secret);

  static native long createRing(byte[] modulus, int kernel);

  static native void destroyRing(long ring);

  static native byte[] ringPowers(
      long ring, byte[] numbers, byte[] exponent, Cancellation cancellation);

  /** Returns eight numbers whose product is that of all. */
  static native byte[] ringProduct(long ring, byte[] numbers);

  static native long createFixedBase(long ring, byte[] base, int exponentBytes);

  static native void destroyFixedBase(long base);

  static native byte[] fixedBasePowers(long base, byte[] exponents, Cancellation cancellation);

  static native long createLaneColumns(long ring, byte[] numbers, int lanes);

  static native byte[] laneColumnsProduct(long columns);

  static native void laneColumnsInvert(long columns, byte[] inverse);

  static native void destroyLaneColumns(long columns);

  /** Results are products of powers, times the row's factor, times a power of the mask's base. */
  static native byte[] multipower(
      long columns,
      int terms,
      int[] weights,
      int[] gathered,
      byte[] rowFactors,
      long maskBase,
      byte[] maskExponents,
      Cancellation cancellation);
}
