package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import java.util.Objects;
import java.util.UUID;

/**
 * The data owner's side of a protocol for one job, which opens batches and has the codec that
 * encrypts and decrypts them. It is safe to use from many threads.
 */
public final class DataOwner {

  private final UUID job;
  private final Plan plan;
  private final OwnerCodec codec;
  private final PoisonedBatches poisoned;
  private final PhaseTimes times = new PhaseTimes();
  private final RoundMeasures measures;

  /** Creates the party of a job that no other process goes on with. */
  public DataOwner(UUID job, Plan plan, OwnerCodec codec) {
    this(job, plan, codec, PoisonedBatches.inMemory());
  }

  /**
   * Creates the party; the key that the codec uses stays the caller's.
   *
   * @param poisoned the batches that are known to be poisoned, and where others are remembered
   */
  public DataOwner(UUID job, Plan plan, OwnerCodec codec, PoisonedBatches poisoned) {
    this.job = Objects.requireNonNull(job, "job");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.codec = Objects.requireNonNull(codec, "codec");
    this.poisoned = Objects.requireNonNull(poisoned, "poisoned");
    this.measures = new RoundMeasures(plan);
  }

  /** Returns the plan that this party follows. */
  public Plan plan() {
    return plan;
  }

  /**
   * Returns how blocks are written and read.
   *
   * @param mostBlockBytes the most memory that reading one block may take
   */
  public BlockFormat format(long mostBlockBytes) {
    return codec.format(mostBlockBytes);
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
    long start = PhaseTimes.now();
    OwnerState state = OwnerState.of(plan, records);
    times.addSince(Phase.ACTIVATE, start);
    return open(batch, records.records(), state, 0);
  }

  /**
   * Opens a batch that waits for the results of a round, whose uploads an earlier process made. It
   * needs neither its records nor the results before them.
   *
   * @throws IllegalStateException if branches want what those gave
   */
  public DataOwnerBatch resume(long batch, int records, int round) {
    if (!plan.jointSources().isEmpty()) {
      throw new IllegalStateException("Batch %d wants the results of all rounds".formatted(batch));
    }
    DataOwnerBatch resumed = open(batch, records, OwnerState.forgotten(plan), round);
    resumed.markUploaded();
    return resumed;
  }

  private DataOwnerBatch open(long batch, int records, OwnerState state, int round) {
    return new DataOwnerBatch(
        job, batch, plan, codec, poisoned, times, measures, records, state, round);
  }
}
