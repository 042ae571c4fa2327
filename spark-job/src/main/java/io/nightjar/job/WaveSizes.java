package io.nightjar.job;

/** How many batches go into a wave when nobody says. */
final class WaveSizes {

  /** What is lost when a wave has to be done again, and what lies in the exchange, stay bounded. */
  private static final int MOST_PER_CORE = 8;

  private WaveSizes() {}

  /**
   * Returns a size at which all cores have work in every round, and there are waves enough that one
   * can be on the executors while another is with the data owner.
   */
  static int choose(long batches, int cores, int inFlight) {
    long perWave = (batches - 1) / inFlight + 1;
    return (int) Math.max(1, Math.min(perWave, (long) MOST_PER_CORE * cores));
  }
}
