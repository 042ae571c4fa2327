package io.nightjar.ledger;

/**
 * What a job is bound to when it is admitted, so that nothing else can come again under its name.
 *
 * @param order the digest of the order
 * @param secret the commitment to the job's secret, from which its draws follow
 */
public record Binding(String order, String secret) {

  /** Checks the fields. */
  public Binding {
    Entry.requireDigest("digest of an order", order);
    Entry.requireDigest("commitment to a secret", secret);
  }
}
