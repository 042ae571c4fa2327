package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.PaillierSecretKey;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.ResiduePool;
import io.nightjar.crypto.SecretKey;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import java.util.Objects;
import java.util.UUID;

/**
 * The data owner's side of a protocol for one job: holds the secret key and opens batches. It is
 * safe to use from many threads; a batch is not.
 */
public final class DataOwner {

  private final UUID job;
  private final Plan plan;
  private final OwnerCipher cipher;
  private final PhaseTimes times = new PhaseTimes();
  private final RoundMeasures measures;

  /** Creates the party; it owns neither the context nor the key. */
  public DataOwner(UUID job, Plan plan, HeContext context, SecretKey key) {
    this(job, plan, new LatticeCipher(plan, context, key));
  }

  /** Creates the party of a plan over Paillier; it owns neither the key nor the pool. */
  public DataOwner(UUID job, Plan plan, PaillierSecretKey key, ResiduePool pool) {
    this(job, plan, new PaillierCipher(plan, key, pool));
  }

  private DataOwner(UUID job, Plan plan, OwnerCipher cipher) {
    this.job = Objects.requireNonNull(job, "job");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.measures = new RoundMeasures(plan);
    this.cipher = cipher;
  }

  /** Returns the plan that this party follows. */
  public Plan plan() {
    return plan;
  }

  /**
   * Returns how blocks are written and read.
   *
   * @param maxBlockBytes the most memory that reading one block may take
   */
  public BlockFormat format(long maxBlockBytes) {
    return cipher.format(maxBlockBytes);
  }

  /** Returns the digest of the plan that this party follows. */
  public PlanDigest planDigest() {
    return PlanDigest.of(plan);
  }

  /** Returns how long the batches took to encrypt, decrypt and activate. */
  public PhaseTimes times() {
    return times;
  }

  /** Returns what was seen of the results of all batches. */
  public RoundMeasures measures() {
    return measures;
  }

  /**
   * Opens a batch.
   *
   * @param records feature by feature; at most {@link Plan#batchSize()}
   * @throws IllegalArgumentException if there are too many, or they have other features than the
   *     model
   */
  public DataOwnerBatch open(long batch, RealColumns records) {
    if (records.records() > plan.batchSize()) {
      throw new IllegalArgumentException(
          "A batch holds %d records, not %d".formatted(plan.batchSize(), records.records()));
    }
    return new DataOwnerBatch(job, batch, plan, cipher, times, measures, records);
  }
}
