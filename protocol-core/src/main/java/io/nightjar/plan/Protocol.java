package io.nightjar.plan;

import java.util.Locale;

/** A protocol that two parties can run. */
public enum Protocol {
  /** Interactive: executors evaluate linear layers, the data owner activates in the clear. */
  BAYHENN,

  /** Sealed: executors evaluate the whole network, whose activations are polynomials. */
  CRYPTONETS,

  /** The rounds of {@link #BAYHENN} over Paillier instead of lattices. */
  TWO_PARTY_DNN("2p-dnn");

  private final String text;

  Protocol() {
    this.text = name().toLowerCase(Locale.ROOT);
  }

  Protocol(String text) {
    this.text = text;
  }

  /** Returns the name on the command line. */
  public String text() {
    return text;
  }
}
