package io.nightjar.crypto.naive;

import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.natives.NaiveNative;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeLibrary;

/**
 * What SEAL's own encryptor, evaluator and decryptor take for one column of real numbers, in
 * seconds: the yardstick of benchmarks, and nothing else should use it.
 *
 * @param encrypt encoding too
 * @param square relinearising too
 * @param rescale 0 where only one prime is left
 * @param decrypt decoding too
 */
public record NaiveSealCosts(double encrypt, double square, double rescale, double decrypt) {

  /** Measures columns of so many primes. */
  public static NaiveSealCosts measure(HeContext context, int limbs, double scale) {
    context.requireScheme(Scheme.CKKS);
    NativeLibrary.loadNaive();
    double[] seconds = new double[4];
    try (NativeHandle.Use use = context.use()) {
      NaiveNative.measureCkks(use.pointer(), limbs, scale, seconds);
    }
    return new NaiveSealCosts(seconds[0], seconds[1], seconds[2], seconds[3]);
  }
}
