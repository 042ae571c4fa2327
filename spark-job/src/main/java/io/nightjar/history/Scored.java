package io.nightjar.history;

import java.util.List;
import java.util.Optional;

/**
 * What the predictions of a night are of, and how many of each class there were.
 *
 * @param model the model's name
 * @param version what tells its versions apart, as far as the report has it
 * @param plan the plan's digest, if the report has it
 * @param task {@code classification} or {@code regression}
 * @param outputs how many classes, or values, the model puts out
 * @param draws how many draws there were of each record
 * @param classes the names of the classes; none if they have none
 * @param counts how often each class was predicted; none for a regression
 * @param records how many records the figures are of
 * @param format how the results are written, if they are files
 */
public record Scored(
    String model,
    String version,
    Optional<String> plan,
    String task,
    int outputs,
    int draws,
    List<String> classes,
    List<Long> counts,
    long records,
    Optional<String> format) {

  /** Copies the collections. */
  public Scored {
    classes = List.copyOf(classes);
    counts = List.copyOf(counts);
  }

  /** Returns whether the predictions are of classes. */
  public boolean isClassification() {
    return task.equals("classification");
  }

  /** Returns whether predictions of both have the same form. */
  boolean isLike(Scored other) {
    return task.equals(other.task) && outputs == other.outputs && classes.equals(other.classes);
  }

  /** Returns whether both say of how many classes which was predicted. */
  boolean countsLike(Scored other) {
    return isLike(other) && !counts.isEmpty() && counts.size() == other.counts.size();
  }

  /** Returns what a class is called. */
  public String className(int number) {
    return number < classes.size() && !classes.get(number).isBlank()
        ? classes.get(number)
        : Integer.toString(number);
  }

  /** Returns which share of the records a class was predicted for. */
  public double share(int number) {
    long all = counts.stream().mapToLong(Long::longValue).sum();
    return all == 0 ? 0 : (double) counts.get(number) / all;
  }
}
