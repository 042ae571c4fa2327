package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassRankingTest {

  /** Records with probabilities of a class, and whether they are of it. */
  private static final class Records {
    private final double[] probabilities;
    private final boolean[] positive;

    Records(double[] probabilities, boolean[] positive) {
      this.probabilities = probabilities;
      this.positive = positive;
    }

    /**
     * @param steps how many different probabilities there may be at the most
     */
    static Records random(int seed, int count, int steps) {
      Random random = new Random(seed);
      double[] probabilities = new double[count];
      boolean[] positive = new boolean[count];
      for (int j = 0; j < count; j++) {
        double logit = 6 * random.nextGaussian();
        double exact = 1 / (1 + Math.exp(-logit));
        probabilities[j] = Math.rint(exact * steps) / steps;
        positive[j] = j == 0 || (j > 1 && random.nextDouble() < 0.2 + 0.6 * exact);
      }
      return new Records(probabilities, positive);
    }

    int count() {
      return positive.length;
    }

    void addTo(ClassRanking ranking, int from, int to) {
      for (int j = from; j < to; j++) {
        ranking.add(probabilities[j], positive[j]);
      }
    }

    /** By its definition: over all pairs. */
    double auroc() {
      double right = 0;
      double pairs = 0;
      for (int p = 0; p < count(); p++) {
        for (int n = 0; n < count(); n++) {
          if (positive[p] && !positive[n]) {
            pairs++;
            right +=
                probabilities[p] > probabilities[n]
                    ? 1
                    : probabilities[p] == probabilities[n] ? 0.5 : 0;
          }
        }
      }
      return right / pairs;
    }

    /** By its definition: the mean, over records of the class, of the precision at their place. */
    double averagePrecision() {
      double sum = 0;
      double positives = 0;
      for (int p = 0; p < count(); p++) {
        if (positive[p]) {
          double least = probabilities[p];
          double taken = IntStream.range(0, count()).filter(j -> probabilities[j] >= least).count();
          double right =
              IntStream.range(0, count())
                  .filter(j -> positive[j] && probabilities[j] >= least)
                  .count();
          sum += right / taken;
          positives++;
        }
      }
      return sum / positives;
    }
  }

  @ParameterizedTest
  @CsvSource({"1,2,1000", "2,30,5", "3,300,20", "4,500,1000000"})
  void theFiguresOfFewRecordsAreThoseOfTheDefinition(int seed, int count, int steps) {
    Records records = Records.random(seed, count, steps);
    ClassRanking ranking = new ClassRanking(1);
    records.addTo(ranking, 0, count);

    RankingFigures figures = ranking.figures().orElseThrow();

    assertEquals(records.auroc(), figures.auroc(), 1e-12);
    assertEquals(records.averagePrecision(), figures.averagePrecision(), 1e-12);
    assertEquals(0, figures.aurocWithin());
    assertEquals(0, figures.averagePrecisionWithin());
    assertTrue(figures.aurocFrom() <= figures.auroc() && figures.auroc() <= figures.aurocTo());
  }

  /** Counted as they would be beside many classes: in fewer and fewer cells. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1000})
  void theFiguresOfManyRecordsAreWithinWhatTheySay(int beside) {
    for (int seed = 0; seed < 5; seed++) {
      Records records = Records.random(seed, 400, 1 << 20);
      ClassRanking ranking = new ClassRanking(beside, 10);
      records.addTo(ranking, 0, records.count());

      RankingFigures figures = ranking.figures().orElseThrow();

      assertTrue(
          Math.abs(records.auroc() - figures.auroc()) <= figures.aurocWithin() + 1e-12,
          figures.toString());
      assertTrue(
          Math.abs(records.averagePrecision() - figures.averagePrecision())
              <= figures.averagePrecisionWithin() + 1e-12,
          figures.toString());
      assertTrue(figures.aurocWithin() > 0, "some records share a cell");
      assertTrue(figures.aurocWithin() < 0.02, figures.toString());
    }
  }

  @Test
  void probabilitiesNextToZeroAndOneAreToldApart() {
    ClassRanking ranking = new ClassRanking(1, 1);
    ranking.add(1e-9, false);
    ranking.add(2e-9, true);
    ranking.add(1 - 2e-9, false);
    ranking.add(1 - 1e-9, true);

    RankingFigures figures = ranking.figures().orElseThrow();

    assertEquals(0.75, figures.auroc());
    assertEquals(0, figures.aurocWithin());
  }

  @Test
  void zerosOfEitherKindAreKept() {
    ClassRanking ranking = new ClassRanking(1);
    ranking.add(0, true);
    ranking.add(0, false);
    ranking.add(1, true);

    assertEquals(0.75, ranking.figures().orElseThrow().auroc());
  }

  /**
   * A part that is kept and one that is counted, in either order, and all on the way to another.
   */
  @ParameterizedTest
  @ValueSource(ints = {5, 60, 150, 1000})
  void whatSeveralTasksRankIsWhatOneWouldRank(int mostKept) throws Exception {
    Records records = Records.random(7, 200, 1 << 20);
    ClassRanking one = new ClassRanking(1, mostKept);
    records.addTo(one, 0, 200);
    ClassRanking small = new ClassRanking(1, mostKept);
    records.addTo(small, 0, 50);
    ClassRanking large = new ClassRanking(1, mostKept);
    records.addTo(large, 50, 200);

    ClassRanking forwards = new ClassRanking(1, mostKept);
    forwards.add(travelled(small));
    forwards.add(travelled(large));
    ClassRanking backwards = new ClassRanking(1, mostKept);
    backwards.add(travelled(large));
    backwards.add(travelled(small));

    assertEquals(one.figures(), forwards.figures());
    assertEquals(one.figures(), backwards.figures());
    assertEquals(one.gains(), forwards.gains());
  }

  private static ClassRanking travelled(ClassRanking ranking)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(ranking);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ClassRanking) in.readObject();
    }
  }

  @Test
  void withoutRecordsOfEitherKindThereIsNothingToRank() {
    ClassRanking ranking = new ClassRanking(1);
    assertTrue(ranking.figures().isEmpty());
    ranking.add(0.5, true);
    assertTrue(ranking.figures().isEmpty() && ranking.gains().isEmpty());
    ranking.add(0.5, false);
    assertEquals(0.5, ranking.figures().orElseThrow().auroc());
  }

  /** Taken by hand: 1 of the class in the first two, of equals the expected share. */
  @Test
  void whatIsFoundAmongTheMostProbableIsTheirShareOfTheClass() {
    ClassRanking ranking = new ClassRanking(1);
    ranking.add(0.9, true);
    ranking.add(0.8, false);
    ranking.add(0.5, true);
    ranking.add(0.5, false);

    assertEquals(
        List.of(
            new GainsCurve.Point(0.25, 0.5, 1),
            new GainsCurve.Point(0.5, 0.5, 0.5),
            new GainsCurve.Point(0.75, 0.75, 0.5),
            new GainsCurve.Point(1, 1, 0.5)),
        ranking.gains().orElseThrow().curve());
  }
}
