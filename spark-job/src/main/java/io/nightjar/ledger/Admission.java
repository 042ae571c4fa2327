package io.nightjar.ledger;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an account comes to with a job that was admitted.
 *
 * @param answered all its answers, those of the job with them
 * @param budget the most that it may come to; empty for no limit
 */
public record Admission(long answered, OptionalLong budget) {

  /** Returns how many answers are left; empty for no limit. */
  public OptionalLong left() {
    return budget.isPresent() ? OptionalLong.of(left(answered, budget)) : budget;
  }

  /**
   * Decides on an entry, given all before it.
   *
   * @return what to say if the job is among them; empty if the entry is to be appended
   * @throws AdmissionRefusedException if it is not to be
   */
  static Optional<Admission> decide(List<Entry> before, Entry entry, OptionalLong budget) {
    long answered = answered(before, entry);
    for (Entry earlier : before) {
      if (earlier.job().equals(entry.job())) {
        if (!earlier.isSameJob(entry)) {
          throw AdmissionRefusedException.anotherJob(earlier, entry);
        }
        return Optional.of(new Admission(answered, budget));
      }
    }
    if (budget.isPresent() && entry.answers() > left(answered, budget)) {
      throw AdmissionRefusedException.overBudget(entry, budget.getAsLong(), left(answered, budget));
    }
    return Optional.empty();
  }

  /** Returns what the account of an entry comes to. */
  static long answered(List<Entry> entries, Entry entry) {
    return entries.stream()
        .filter(entry::isSameAccount)
        .mapToLong(Entry::answers)
        .reduce(0, Math::addExact);
  }

  private static long left(long answered, OptionalLong budget) {
    return Math.max(0, budget.getAsLong() - answered);
  }
}
