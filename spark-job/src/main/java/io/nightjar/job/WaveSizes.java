package io.nightjar.job;

import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;

/** How many batches go into a wave when nobody says. */
public final class WaveSizes {

  /**
   * A wave is not larger than this, so that doing it again does not cost much; in smaller ones,
   * what a round takes whatever is in it is felt.
   */
  static final int MOST_BATCHES_PER_CORE = 32;

  /** A round has not more uploads than this, so that its manifests can be written and read. */
  static final int MOST_UPLOADS = 100_000;

  /**
   * One direction of a round puts at most so much into the exchange, so that it stays in the page
   * cache of a machine; with more, writers wait for its disks.
   */
  static final long MOST_BYTES_PER_CORE = 256L << 20;

  private WaveSizes() {}

  /**
   * Returns a size at which all cores have work in every round, and there are waves enough that one
   * can be on the executors while another is with the data owner.
   */
  public static int choose(Plan plan, long batches, int cores, int inFlight) {
    long perWave = (batches - 1) / inFlight + 1;
    // Waves are a little larger, so that the last one is small: while it ends, no other wave has
    // work for the cores.
    perWave = Math.min(perWave + perWave / 5, batches);
    long fitting = (long) (cores * (double) MOST_BYTES_PER_CORE / bytesPerBatch(plan));
    long most = Math.min((long) MOST_BATCHES_PER_CORE * cores, fitting);
    most = Math.min(most, MOST_UPLOADS / plan.draws());
    return (int) Math.max(1, Math.min(perWave, most));
  }

  /** Returns the bytes of a batch in the round and the direction with the most. */
  private static double bytesPerBatch(Plan plan) {
    double most = 0;
    for (Round round : plan.rounds()) {
      double record = Math.max(plan.bytesUpPerRecord(round), plan.bytesDownPerRecord(round));
      most = Math.max(most, record * plan.batchSize());
    }
    return most;
  }
}
