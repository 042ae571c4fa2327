package io.nightjar.plan;

import java.util.Locale;

/**
 * A model privacy is what a plan does so that the data owner does not learn the model from results.
 */
public enum ModelPrivacy {
  /**
   * Nothing is done: weights are drawn once for each batch, and the data owner can compute them.
   */
  NONE,

  /**
   * Weights are drawn for every record, and results show no noise but a flood that drowns their
   * own. Averages over many results still approach the posterior's means.
   */
  BAYESIAN;

  /** Returns the name on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
