package io.nightjar.lattice;

import io.nightjar.audit.NoiseAttack;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.privacy.NoiseRecovery;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the {@link NoiseAttack} on real ciphertexts of one layer: on results as they were computed,
 * on results with an encryption of zero added, and on results that are flooded besides.
 *
 * <p>The ciphertexts are encryptions of zeros, so that no rounding disturbs the noise.
 */
public final class NoiseAudit {

  /** The bits by which a flood is above the largest noise that it covers. */
  public static final int FLOOD_MARGIN_BITS = 40;

  /**
   * The largest noise of a fresh ciphertext, which is centred binomial of so many pairs of bits.
   */
  private static final int LARGEST_FRESH_NOISE = 21;

  private static final int RECORDS = 1;
  private static final int SEED_BYTES = 32;

  private final int rows;
  private final int terms;
  private final int[] weights;

  /** Prepares the audit of a layer whose integer weights are given row after row. */
  public NoiseAudit(int rows, int terms, int[] weights) {
    this.rows = rows;
    this.terms = terms;
    this.weights = weights.clone();
  }

  /** Returns the bits of the flood that covers the layer's noise. */
  public int floodBits() {
    long largest = 1;
    for (int row = 0; row < rows; row++) {
      int first = row * terms;
      long sum = Arrays.stream(weights, first, first + terms).mapToLong(Math::abs).sum();
      largest = Math.max(largest, sum * LARGEST_FRESH_NOISE);
    }
    return FLOOD_MARGIN_BITS + Long.SIZE - Long.numberOfLeadingZeros(largest);
  }

  /** Attacks the layer under these parameters, which must leave room for the flood. */
  public List<NoiseRecovery> run(HeParameters parameters) {
    try (HeContext context = HeContext.open(parameters);
        SecretKey secret = SecretKey.generate(context);
        PublicKey key = secret.publicKey(context);
        CipherBlock fresh =
            new BlockEncryptor(context, secret)
                .encrypt(
                    new IntegerColumns(terms, RECORDS, new long[terms * RECORDS]),
                    Packing.COEFFICIENTS,
                    Form.NTT)) {
      BlockDecryptor decryptor = new BlockDecryptor(context, secret);
      BlockEvaluator evaluator = new BlockEvaluator(context);
      NoiseAttack attack = new NoiseAttack(decryptor.noise(fresh), terms);
      List<NoiseRecovery> found = new ArrayList<>();
      try (CipherBlock result = evaluator.apply(IntegerLayer.dense(rows, terms, weights), fresh)) {
        found.add(recovery("as computed", attack, decryptor.noise(result)));
        for (int bits : new int[] {0, floodBits()}) {
          byte[] seed = new byte[SEED_BYTES];
          new SecureRandom().nextBytes(seed);
          try (CipherBlock hidden =
              evaluator.hide(result, key, seed, 0, bits, parameters.dataLimbs())) {
            String what =
                bits == 0 ? "with an encryption of zero" : "with that and a flood of %d bits";
            found.add(recovery(what.formatted(bits), attack, decryptor.noise(hidden)));
          }
        }
      }
      return found;
    }
  }

  private NoiseRecovery recovery(String results, NoiseAttack attack, double[] noise) {
    int coefficients = noise.length / rows;
    double[] estimates = new double[weights.length];
    for (int row = 0; row < rows; row++) {
      int first = row * coefficients;
      double[] found = attack.estimate(Arrays.copyOfRange(noise, first, first + coefficients));
      System.arraycopy(found, 0, estimates, row * terms, terms);
    }
    return NoiseRecovery.of(results, weights, estimates);
  }
}
