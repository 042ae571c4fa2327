package io.nightjar.ledger;

import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of an account with a job that was admitted.
 *
 * @param answered how many answers it has, those of the job among them
 * @param budget the most that it may come to; empty for no limit
 */
public record Admission(long answered, OptionalLong budget) {

  /** Returns how many answers are left; empty for no limit. */
  public OptionalLong left() {
    return budget.isPresent() ? OptionalLong.of(left(answered, budget)) : budget;
  }

  /** Has the metrics of this process say how many answers are left. */
  public void show() {
    ProcessMetrics.set(
        ProcessMetric.ANSWERS_LEFT, left().isPresent() ? (Number) left().getAsLong() : Double.NaN);
  }

  /**
   * Decides on an entry, given all before it.
   *
   * @return the admission of a job that is among them; empty if the entry is to be appended
   * @throws AdmissionRefusedException if it must not be appended
   */
  static Optional<Admission> decide(List<Entry> before, Entry entry, OptionalLong budget) {
    if (entry.binding().isEmpty()) {
      throw new IllegalArgumentException("A job is admitted with what it is bound to");
    }
    long answered = answered(before, entry);
    for (Entry earlier : before) {
      if (earlier.job().equals(entry.job())) {
        requireSame(earlier, entry);
        return Optional.of(new Admission(answered, budget));
      }
    }
    if (budget.isPresent() && entry.answers() > left(answered, budget)) {
      throw AdmissionRefusedException.overBudget(entry, budget.getAsLong(), left(answered, budget));
    }
    return Optional.empty();
  }

  /** A job that comes again is not counted again, so it must be the same in all respects. */
  private static void requireSame(Entry earlier, Entry entry) {
    if (!earlier.asksForTheSame(entry)) {
      throw AdmissionRefusedException.anotherJob(earlier, entry);
    }
    Binding before =
        earlier.binding().orElseThrow(() -> AdmissionRefusedException.unbound(entry.job()));
    Binding now = entry.binding().orElseThrow();
    if (!before.order().equals(now.order())) {
      throw AdmissionRefusedException.anotherOrder(entry.job());
    }
    if (!before.secret().equals(now.secret())) {
      throw AdmissionRefusedException.anotherSecret(entry.job());
    }
  }

  /** Returns how many answers the account of an entry has. */
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
