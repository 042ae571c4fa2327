package io.nightjar.plan;

import java.util.Locale;

/** What a plan does so that the data owner does not learn the model from its answers. */
public enum ModelPrivacy {
  /** Nothing: weights are drawn once for each batch, and the data owner can compute them. */
  NONE,

  /**
   * Weights are drawn for every record, and results carry no noise but what was added to hide the
   * model's. Averages over many answers still approach the posterior's means.
   */
  BAYESIAN;

  /** Returns the name on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
