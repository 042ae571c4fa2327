package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.IntegerLayer;
import io.nightjar.crypto.PaillierBlock;
import io.nightjar.crypto.PaillierEvaluator;
import io.nightjar.crypto.PaillierPublicKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * The model owner's arithmetic on the ciphertexts of one data owner's job, with Paillier.
 *
 * <p>The masks of results follow from the job's secret, what the result is, and the digest of the
 * input. So a task that runs twice writes the same bytes, and no two inputs meet the same mask. It
 * is safe to use from many threads.
 */
public final class PaillierRounds implements AutoCloseable {

  private final JobSecret secret;
  private final PaillierPublicKey key;
  private final PaillierEvaluator evaluator;

  /** Creates it for a job; it owns neither the secret nor the key. */
  public PaillierRounds(JobSecret secret, PaillierPublicKey key) {
    this.secret = Objects.requireNonNull(secret, "secret");
    this.key = Objects.requireNonNull(key, "key");
    byte[] mask = new byte[PaillierEvaluator.maskBytes(key.parameters())];
    KeyedStream.open(secret, KeyedStream.Purpose.MASK).nextBytes(mask);
    this.evaluator = new PaillierEvaluator(key, mask);
    Arrays.fill(mask, (byte) 0);
  }

  /** Returns the data owner's key. */
  PaillierPublicKey key() {
    return key;
  }

  /** Returns an upload made ready for any number of layers; the caller closes it. */
  PaillierEvaluator.Prepared prepare(PaillierBlock upload) {
    return evaluator.prepare(upload);
  }

  /** Returns masked results, whose first column the label names; the caller closes them. */
  PaillierBlock apply(
      BlockLabel label,
      InputDigest input,
      IntegerLayer layer,
      IntegerLayer.Tile tile,
      PaillierEvaluator.Prepared upload,
      int records) {
    byte[] exponents = new byte[evaluator.exponentBytes(tile, records)];
    try {
      KeyedStream.open(
              secret,
              KeyedStream.Purpose.MASK,
              label.batch(),
              label.round(),
              label.draw(),
              label.firstColumn(),
              input.first(),
              input.second(),
              input.third(),
              input.fourth())
          .nextBytes(exponents);
      return evaluator.apply(layer, tile, upload, exponents);
    } finally {
      Arrays.fill(exponents, (byte) 0);
    }
  }

  @Override
  public void close() {
    evaluator.close();
  }
}
