package io.nightjar.ledger;

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
        "The job asks for %,d answers (%,d records x %,d draws), which exceeds the budget of %,d for this data owner and model: %,d answers are left"
            .formatted(entry.answers(), entry.records(), entry.draws(), budget, left));
  }

  static AdmissionRefusedException anotherJob(Entry before, Entry entry) {
    return new AdmissionRefusedException(
        "Job %s was admitted before with %,d records x %,d draws, model %s, plan %s and data owner %s; now it has %,d records x %,d draws, model %s, plan %s and data owner %s: order a new job"
            .formatted(
                entry.job(),
                before.records(),
                before.draws(),
                shown(before.model()),
                shown(before.plan()),
                shown(before.owner()),
                entry.records(),
                entry.draws(),
                shown(entry.model()),
                shown(entry.plan()),
                shown(entry.owner())));
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
