package io.nightjar.ledger;

import java.util.UUID;

/**
 * Says that the model owner does not admit a job. The message says why, and the data owner may read
 * it.
 */
public final class AdmissionRefusedException extends RuntimeException {

  private AdmissionRefusedException(String message) {
    super(message);
  }

  static AdmissionRefusedException overBudget(Entry entry, long budget, long left) {
    return new AdmissionRefusedException(
        "The job asks for %,d answers (it counts as %,d records x %,d draws), which exceeds the budget of %,d for this data owner and model: %,d answers are left"
            .formatted(entry.answers(), entry.records(), entry.draws(), budget, left));
  }

  static AdmissionRefusedException anotherJob(Entry before, Entry entry) {
    return new AdmissionRefusedException(
        "Job %s was admitted before with %,d records x %,d draws, model %s of lineage %s, plan %s and data owner %s; now it has %,d records x %,d draws, model %s of lineage %s, plan %s and data owner %s: order a new job"
            .formatted(
                entry.job(),
                before.records(),
                before.draws(),
                shown(before.model()),
                before.lineage(),
                shown(before.plan()),
                shown(before.owner()),
                entry.records(),
                entry.draws(),
                shown(entry.model()),
                entry.lineage(),
                shown(entry.plan()),
                shown(entry.owner())));
  }

  static AdmissionRefusedException anotherOrder(UUID job) {
    return new AdmissionRefusedException(
        "Job %s was admitted before with another order, whose batches or waves were others: order a new job"
            .formatted(job));
  }

  static AdmissionRefusedException anotherSecret(UUID job) {
    return new AdmissionRefusedException(
        "Job %s was admitted before under another secret, which the model owner does not have any more; its draws would be new ones that nobody has counted: order a new job"
            .formatted(job));
  }

  static AdmissionRefusedException unbound(UUID job) {
    return new AdmissionRefusedException(
        "Job %s was admitted by an earlier version, which did not write down the order and what its draws follow from: order a new job"
            .formatted(job));
  }

  private static String shown(String digest) {
    return digest.substring(0, 12);
  }

  /** Returns the refusal of a data owner who is not among those that are accepted. */
  public static AdmissionRefusedException unknownOwner(String owner) {
    return new AdmissionRefusedException(
        "The data owner %s is not among those that the model owner accepts".formatted(owner));
  }

  /** Returns the refusal of a job that cannot be counted. */
  public static AdmissionRefusedException uncountable(IllegalArgumentException cause) {
    return new AdmissionRefusedException("The job cannot be counted: " + cause.getMessage());
  }
}
