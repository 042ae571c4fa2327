package io.nightjar.bayhenn;

import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.lattice.NoiseAudit;
import io.nightjar.model.Model;
import io.nightjar.network.StepWeights;
import io.nightjar.privacy.NoiseRecovery;
import io.nightjar.rounds.StepQuantisation;
import java.util.List;

/** Attacks the noise of the first round's results, for the mean weights of some rows. */
final class FirstRoundNoise {

  /** The largest number of rows that are attacked. */
  private static final int ROWS = 16;

  private static final HeParameters PARAMETERS =
      HeParameters.bfv(4096, List.of(44, 44, 18), 1 << 20);

  private FirstRoundNoise() {}

  /**
   * Returns what the noise gave away; nothing where rows have more terms than can be solved for.
   */
  static List<NoiseRecovery> attack(Model model, StepQuantisation step) {
    int terms = step.step().terms();
    int rows = Math.min(ROWS, step.step().rows());
    StepWeights means = new StepWeights(step.step(), model.posterior().members().get(0));
    int[] weights = new int[rows * terms];
    for (int row = 0; row < rows; row++) {
      step.quantise(row, means.means(row), weights, row * terms);
    }
    boolean solvable = terms <= PARAMETERS.ringDegree() / 2;
    return solvable ? new NoiseAudit(rows, terms, weights).run(PARAMETERS) : List.of();
  }
}
