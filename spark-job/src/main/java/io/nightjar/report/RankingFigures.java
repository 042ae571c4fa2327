package io.nightjar.report;

/**
 * How well the probability of a class ranks records.
 *
 * @param positives how many records are of the class
 * @param negatives how many are not
 * @param auroc the chance that a record of the class has a higher probability than one that is not;
 *     equal ones count half
 * @param aurocWithin how far that is from the true figure at the most; 0 if it is exact
 * @param aurocFrom where its interval of 95 % begins (Hanley and McNeil, 1982)
 * @param aurocTo where it ends
 * @param averagePrecision the mean, over the records of the class, of the share of the class among
 *     all records that are at least as probable
 * @param averagePrecisionWithin how far that is from the true figure at the most
 */
public record RankingFigures(
    long positives,
    long negatives,
    double auroc,
    double aurocWithin,
    double aurocFrom,
    double aurocTo,
    double averagePrecision,
    double averagePrecisionWithin) {

  /** The normal distribution's quantile of 97.5 %. */
  private static final double Z = 1.959963984540054;

  static RankingFigures of(
      long positives,
      long negatives,
      double auroc,
      double aurocWithin,
      double averagePrecision,
      double averagePrecisionWithin) {
    double half = Z * Math.sqrt(variance(auroc, positives, negatives));
    return new RankingFigures(
        positives,
        negatives,
        auroc,
        aurocWithin,
        Math.max(0, auroc - half),
        Math.min(1, auroc + half),
        averagePrecision,
        averagePrecisionWithin);
  }

  private static double variance(double auroc, long positives, long negatives) {
    double square = auroc * auroc;
    double twoPositives = auroc / (2 - auroc) - square;
    double twoNegatives = 2 * square / (1 + auroc) - square;
    double sum =
        auroc * (1 - auroc) + (positives - 1) * twoPositives + (negatives - 1) * twoNegatives;
    return Math.max(0, sum) / ((double) positives * negatives);
  }
}
