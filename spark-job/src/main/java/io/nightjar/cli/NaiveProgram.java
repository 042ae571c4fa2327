package io.nightjar.cli;

import io.nightjar.model.Model;
import io.nightjar.plan.Plan;

/** What a straightforward program takes for one batch of a plan, in memory. */
interface NaiveProgram {

  /** Returns the program for a plan's protocol. */
  static NaiveProgram of(Model model, Plan plan) {
    if (plan.isPaillier()) {
      return new NaivePaillierScoring(model, plan);
    }
    return plan.isSealed() ? new NaiveSealedScoring(model, plan) : new NaiveScoring(model, plan);
  }

  /**
   * Measures on some threads at once, and returns what a batch takes one of them.
   *
   * @param linearNanos about how long to sample the outputs of each round or level
   */
  NaiveScoring.Seconds perBatch(int threads, double linearNanos) throws InterruptedException;
}
