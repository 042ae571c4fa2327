package io.nightjar.lattice;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Hides results: encrypts them anew under the data owner's public key, and drowns their noise,
 * which is a known function of the weights.
 *
 * <p>All of it follows from the job's secret, what the result is, and the digest of the upload. So
 * a task that runs twice writes the same bytes, and no two inputs meet the same mask.
 */
public final class Hiding {

  /** The bits of the widest flood that native code draws. */
  public static final int MOST_FLOOD_BITS = 111;

  private static final int SEED_BYTES = 32;

  private final LatticeEncryption encryption;
  private final JobSecret secret;
  private final PublicKey key;

  /** Creates it for a job; it owns neither the secret nor the key. */
  public Hiding(LatticeEncryption encryption, JobSecret secret, PublicKey key) {
    this.encryption = Objects.requireNonNull(encryption, "encryption");
    this.secret = Objects.requireNonNull(secret, "secret");
    this.key = Objects.requireNonNull(key, "key");
  }

  /**
   * Returns a hidden result, which the caller closes. The result loses primes before that where the
   * plan says so: its noise is divided by them, and the flood is not.
   */
  public CipherBlock hide(
      BlockEvaluator evaluator, BlockLabel label, InputDigest input, CipherBlock result) {
    byte[] seed = new byte[SEED_BYTES];
    try {
      KeyedStream.open(
              secret,
              KeyedStream.Purpose.HIDE,
              label.batch(),
              label.round(),
              label.draw(),
              input.first(),
              input.second(),
              input.third(),
              input.fourth())
          .nextBytes(seed);
      if (result.shape().limbs() == encryption.floodLimbs()) {
        return hide(evaluator, label, seed, result);
      }
      try (CipherBlock divided = divided(evaluator, result)) {
        return hide(evaluator, label, seed, divided);
      }
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private CipherBlock hide(
      BlockEvaluator evaluator, BlockLabel label, byte[] seed, CipherBlock result) {
    return evaluator.hide(
        result,
        key,
        seed,
        label.firstCiphertext(),
        encryption.floodBits(),
        encryption.resultLimbs());
  }

  /** Returns a result of BFV with as many primes as it is flooded with. */
  private CipherBlock divided(BlockEvaluator evaluator, CipherBlock result) {
    CipherBlock current = evaluator.toForm(result, Form.COEFFICIENT);
    while (current.shape().limbs() > encryption.floodLimbs()) {
      try (CipherBlock before = current) {
        current = evaluator.switchModulus(before);
      }
    }
    try (CipherBlock before = current) {
      return evaluator.toForm(before, Form.NTT);
    }
  }
}
