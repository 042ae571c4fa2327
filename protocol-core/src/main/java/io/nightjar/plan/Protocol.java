package io.nightjar.plan;

import java.util.Locale;

/** A protocol that two parties can run. */
public enum Protocol {
  /** Interactive: executors evaluate linear layers, the data owner activates in the clear. */
  BAYHENN,

  /** Sealed: executors evaluate the whole network, whose activations are polynomials. */
  CRYPTONETS;

  /** Returns the name on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
