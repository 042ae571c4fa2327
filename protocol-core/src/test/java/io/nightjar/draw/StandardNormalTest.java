package io.nightjar.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected values are computed apart from this code, with mpmath at 80 digits. */
class StandardNormalTest {

  /** The largest error of all these cases is 1.2e-15. */
  private static final double RELATIVE_ERROR = 2e-15;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # x, P(Z > x), P(|Z| < x), density(x)
          0.0, 0.5, 0.0, 0.39894228040143267794
          1e-10, 0.49999999996010577196, 7.9788456080286538495e-11, 0.39894228040143267794
          0.1, 0.46017216272297101633, 0.079655674554057967338, 0.39695254747701176529
          0.5, 0.30853753872598689636, 0.38292492254802620728, 0.35206532676429947777
          0.9, 0.18406012534675948265, 0.63187974930648103471, 0.2660852498987548165
          0.999999, 0.15865549590230256288, 0.68268900819539487424, 0.24197096648986787582
          1.0, 0.15865525393145705141, 0.68268949213708589717, 0.2419707245191433498
          1.1, 0.13566606094638265582, 0.72866787810723468835, 0.2178521770325505101
          1.5, 0.066807201268858066004, 0.86638559746228386799, 0.12951759566589172761
          2.0, 0.0227501319481792072, 0.9544997361036415856, 0.053990966513188051951
          2.5, 0.006209665325776135167, 0.98758066934844772967, 0.017528300493568537362
          3.0, 0.0013498980316300945267, 0.99730020393673981095, 0.0044318484119380071756
          3.7, 0.00010779973347738826148, 0.99978440053304522348, 0.00042478027055075140767
          4.25, 0.000010688525774934420469, 0.99997862294845013116, 0.00004771863654120494544
          5.0, 2.8665157187919391167e-7, 0.99999942669685624161, 1.4867195147342977079e-6
          5.5, 1.8989562465887719384e-8, 0.99999996202087506822, 1.0769760042543276359e-7
          6.1, 5.3034232629488415248e-10, 0.99999999893931534741, 3.3178842435473014682e-9
          7.0, 1.2798125438858350044e-12, 0.99999999999744037491, 9.1347204083645933429e-12
          7.3, 1.4388386381575876483e-13, 0.99999999999971223227, 1.0693837871541648161e-12
          8.0, 6.2209605742717841235e-16, 0.99999999999999875581, 5.052271083536892288e-15
          """)
  void areasAndDensityAreRightIntoTheTails(
      double x, double upperTail, double centralMass, double density) {
    assertClose(upperTail, StandardNormal.upperTail(x));
    assertClose(upperTail, StandardNormal.probabilityBelow(-x));
    assertClose(1 - upperTail, StandardNormal.probabilityBelow(x));
    assertClose(centralMass, StandardNormal.centralMass(x));
    assertClose(density, StandardNormal.density(x));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # p, x with P(Z > x) = p
          0.075, 1.4395314709384559349
          0.07, 1.4757910281791706856
          0.05, 1.644853626951472688
          0.025, 1.9599639845400542118
          0.01, 2.3263478740408410931
          0.001, 3.0902323061678135354
          0.0001, 3.7190164854556805523
          1e-06, 4.7534243088228989573
          1e-08, 5.6120012441747887279
          1e-10, 6.3613409024040561991
          1.5e-11, 6.6465708874771128614
          1.3e-11, 6.6676114565107408347
          1e-12, 7.0344838253011319326
          1e-13, 7.3487961028006775135
          1e-14, 7.6506280929352688166
          1e-15, 7.9413453261709967713
          6.3e-16, 7.9984452746749906709
          1e-20, 9.2623400897984075796
          1e-50, 14.933337534788488981
          1e-300, 37.047096299361199237
          """)
  void tailQuantilesAreRight(double p, double x) {
    assertClose(x, StandardNormal.tailQuantile(p));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # q, x with P(Z < x) = 1/2 + q
          1e-300, 2.5066282746310005652e-300
          1e-15, 2.5066282746310006972e-15
          1e-08, 2.5066282746310008174e-8
          0.001, 0.0025066308995717640575
          0.1, 0.25334710313579981317
          0.2, 0.52440051270804081597
          0.25, 0.6744897501960817432
          0.3, 0.84162123357291416552
          0.4, 1.2815515655446005935
          0.4249, 1.4388253927525399824
          0.425, 1.4395314709384558369
          """)
  void centralQuantilesAreRight(double q, double x) {
    assertClose(x, StandardNormal.centralQuantile(q));
    assertEquals(-StandardNormal.centralQuantile(q), StandardNormal.centralQuantile(-q));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # clip, variance
          0.001, 3.3333328888889101917e-7
          0.1, 0.0033288910066998025541
          0.5, 0.080589154600811698428
          1.0, 0.29112509477279321119
          1.44, 0.5207751127280478636
          2.0, 0.77374130354992324718
          3.0, 0.97333692466254147659
          4.0, 0.99892929037247382432
          5.5, 0.99999881532635032737
          6.0, 0.99999992708940565826
          7.0, 0.99999999987211391428
          8.0, 0.99999999999991916366
          1e-06, 3.3333333333328885872e-13
          """)
  void variancesAreRight(double clip, double variance) {
    assertClose(variance, StandardNormal.centralVariance(clip));
  }

  @ParameterizedTest
  @ValueSource(doubles = {39, 40, 41, 1e3, 2e5, 1e30, Double.MAX_VALUE, Double.POSITIVE_INFINITY})
  void farOutNothingIsLeft(double x) {
    assertEquals(0, StandardNormal.probabilityBelow(-x));
    assertEquals(1, StandardNormal.probabilityBelow(x));
  }

  @Test
  void whatIsNoNumberHasNoProbability() {
    assertEquals(Double.NaN, StandardNormal.probabilityBelow(Double.NaN));
  }

  /** The three pieces of the quantile, and the two of the tail area, meet. */
  @Test
  void theQuantileInvertsTheTailAreaAcrossAllPieces() {
    for (double x = 1.44; x < 20; x += 0.001) {
      assertClose(x, StandardNormal.tailQuantile(StandardNormal.upperTail(x)));
    }
    for (double x = 0.001; x < 1.43; x += 0.001) {
      assertClose(x, StandardNormal.centralQuantile(0.5 * StandardNormal.centralMass(x)));
      assertClose(0.5, StandardNormal.upperTail(x) + 0.5 * StandardNormal.centralMass(x));
    }
  }

  private static void assertClose(double expected, double actual) {
    assertEquals(expected, actual, Math.abs(expected) * RELATIVE_ERROR);
  }
}
