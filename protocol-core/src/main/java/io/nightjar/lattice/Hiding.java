package io.nightjar.lattice;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.KeptSlots;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Layout;
import io.nightjar.plan.Place;
import io.nightjar.plan.Round;
import io.nightjar.protocol.RoundTask;
import java.util.Arrays;
import java.util.Objects;

/**
 * Hides results: encrypts them anew under the data owner's public key, and drowns their noise,
 * which is a known function of the weights. Under BFV it also covers slots that hold no output.
 *
 * <p>All of it follows from the job's secret, what the result is, and the digest of the upload. So
 * a task that runs twice writes the same bytes, and no two inputs meet the same mask.
 */
public final class Hiding {

  /** The bits of the widest flood that native code draws. */
  public static final int MOST_FLOOD_BITS = 111;

  private static final int SEED_BYTES = 32;

  private final LatticeEncryption encryption;
  private final Layout layout;
  private final JobSecret secret;
  private final PublicKey key;

  /** Creates it for a job; it owns neither the secret nor the key. */
  public Hiding(LatticeEncryption encryption, Layout layout, JobSecret secret, PublicKey key) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.encryption = Objects.requireNonNull(encryption, "encryption");
    this.secret = Objects.requireNonNull(secret, "secret");
    this.key = Objects.requireNonNull(key, "key");
  }

  /**
   * Returns a hidden result of a task, which the caller closes. The result loses primes before that
   * where the plan says so: its noise is divided by them, and the flood is not.
   */
  public CipherBlock hide(
      BlockEvaluator evaluator, RoundTask task, BlockLabel label, CipherBlock result) {
    InputDigest input = task.upload().digest();
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
        return hide(evaluator, task.round(), label, seed, result);
      }
      try (CipherBlock divided = divided(evaluator, result)) {
        return hide(evaluator, task.round(), label, seed, divided);
      }
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private CipherBlock hide(
      BlockEvaluator evaluator, Round round, BlockLabel label, byte[] seed, CipherBlock result) {
    int first = label.firstCiphertext();
    int flood = encryption.floodBits();
    int limbs = encryption.resultLimbs();
    if (encryption.parameters().scheme() == Scheme.CKKS) {
      return evaluator.hide(result, key, seed, first, flood, limbs);
    }
    return evaluator.hide(result, key, seed, first, flood, limbs, outputs(round, first, result));
  }

  private KeptSlots outputs(Round round, int first, CipherBlock result) {
    int count = result.ciphertexts();
    KeptSlots kept = new KeptSlots(count, encryption.parameters().ringDegree());
    for (int feature : layout.features(round, new CiphertextRange(first, count))) {
      Place place = layout.resultPlace(round, feature);
      kept.keep(place.ciphertext() - first, place.slot(), result.records());
    }
    return kept;
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
