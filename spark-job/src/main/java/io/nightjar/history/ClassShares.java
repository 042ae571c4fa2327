package io.nightjar.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Compares how often each class was predicted with how often it usually is.
 *
 * <p>The usual share of a class is the median of its shares in the nights before. The distance is
 * the population stability index (PSI). By chance alone a night of n records has (1/n + 1/m) times
 * a chi-square number, where m stands for the records of the nights before (Yurdakul, 2018). Nights
 * also differ by more than chance. So the threshold is the largest of three: what chance explains,
 * what the nights before have of it ({@link RobustLimits} of its root), and what is not worth a
 * word.
 */
final class ClassShares {

  /** The least index that is worth a word: 55 records of 100 where there were 50. */
  private static final double LEAST_STABILITY = 0.01;

  /** Classes of which fewer records are expected than this are taken together. */
  private static final double LEAST_EXPECTED = 5;

  /** What is added to each count, so that there are logarithms of all. */
  private static final double CONTINUITY = 0.5;

  private final Scored tonight;
  private final List<Scored> before;
  private final double[] usual;

  private ClassShares(Scored tonight, List<Scored> before) {
    this.tonight = tonight;
    this.before = before;
    this.usual = usual(before);
  }

  /** Returns the drift of a night, unless nearly all records are expected to be of one class. */
  static Optional<ClassDrift> drift(Scored tonight, List<Scored> before) {
    return new ClassShares(tonight, before).drift();
  }

  private static double[] usual(List<Scored> before) {
    int classes = before.get(0).counts().size();
    double[] medians =
        IntStream.range(0, classes)
            .mapToDouble(
                c ->
                    new Median()
                        .evaluate(before.stream().mapToDouble(night -> night.share(c)).toArray()))
            .toArray();
    double sum = IntStream.range(0, classes).mapToDouble(c -> medians[c]).sum();
    return IntStream.range(0, classes)
        .mapToDouble(c -> sum > 0 ? medians[c] / sum : 1.0 / classes)
        .toArray();
  }

  private Optional<ClassDrift> drift() {
    List<List<Integer>> groups = groups();
    if (groups.size() < 2) {
      return Optional.empty();
    }
    double stability = stability(tonight, groups);
    RobustLimits roots =
        RobustLimits.of(
            before.stream().mapToDouble(night -> Math.sqrt(stability(night, groups))).toArray());
    double records = (double) before.stream().mapToLong(Scored::records).sum();
    double byChance =
        (1.0 / tonight.records() + RobustLimits.medianVariance(records))
            * RobustLimits.mostOfSquares(groups.size() - 1);
    double root = roots.median() + roots.reachUp();
    double threshold = Math.max(LEAST_STABILITY, Math.max(byChance, root * root));
    return Optional.of(
        new ClassDrift(
            stability,
            threshold,
            before.size(),
            IntStream.range(0, usual.length).mapToObj(c -> usual[c]).toList()));
  }

  /** Returns each frequent class by itself and all rare ones together. */
  private List<List<Integer>> groups() {
    List<List<Integer>> groups = new ArrayList<>();
    List<Integer> rare = new ArrayList<>();
    for (int c = 0; c < usual.length; c++) {
      if (usual[c] * tonight.records() < LEAST_EXPECTED) {
        rare.add(c);
      } else {
        groups.add(List.of(c));
      }
    }
    if (!rare.isEmpty()) {
      groups.add(rare);
    }
    return groups;
  }

  private double stability(Scored night, List<List<Integer>> groups) {
    double all = night.records() + CONTINUITY * groups.size();
    double expectedOfAll = tonight.records() + CONTINUITY * groups.size();
    double stability = 0;
    for (List<Integer> group : groups) {
      double counted = group.stream().mapToLong(night.counts()::get).sum() + CONTINUITY;
      double expected =
          group.stream().mapToDouble(c -> usual[c]).sum() * tonight.records() + CONTINUITY;
      double share = counted / all;
      double expectedShare = expected / expectedOfAll;
      stability += (share - expectedShare) * Math.log(share / expectedShare);
    }
    return stability;
  }
}
