package io.nightjar.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** Compares the function of each activation with a formula written here. */
class ActivationTest {

  private static final double ROUNDING = 1e-15;

  /** Returns all finite numbers, each as likely as any other; half of them are between -1 and 1. */
  @Provide
  Arbitrary<Double> finite() {
    return Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
  }

  @Property
  void reluIsTheInputWhereItIsPositiveAndZeroElsewhere(@ForAll("finite") double x) {
    assertEquals(x > 0 ? x : 0, new Relu("relu").apply(x));
  }

  @Property
  void leakyReluIsTheInputWhereItIsNotNegativeAndAMultipleOfItElsewhere(
      @ForAll("finite") double x, @ForAll @DoubleRange(min = -2, max = 2) @Scale(15) double slope) {
    assertEquals(x >= 0 ? x : slope * x, new LeakyRelu("leaky", slope).apply(x));
  }

  /**
   * The logistic function is the hyperbolic tangent of half the input, moved from -1 .. 1 to 0 ..
   * 1.
   */
  @Property
  void sigmoidIsTheLogisticFunction(
      @ForAll @DoubleRange(min = -800, max = 800) @Scale(15) double x) {
    assertEquals((1 + Math.tanh(x / 2)) / 2, new Sigmoid("sigmoid").apply(x), 2 * ROUNDING);
  }

  @Property
  void tanhIsTheHyperbolicTangent(@ForAll @DoubleRange(min = -800, max = 800) @Scale(15) double x) {
    assertEquals(1 - 2 / (Math.exp(2 * x) + 1), new Tanh("tanh").apply(x), 4 * ROUNDING);
  }

  @Property
  void geluIsTheInputTimesTheNormalProbabilityBelowIt(
      @ForAll @DoubleRange(min = -9, max = 9) @Scale(15) double x) {
    double expected = x * (0.5 + normalProbabilityFromZeroTo(x));

    assertEquals(expected, new Gelu("gelu").apply(x), 1e-13);
  }

  @Property
  void siluIsTheInputTimesTheLogisticFunction(
      @ForAll @DoubleRange(min = -800, max = 800) @Scale(15) double x) {
    double expected = x * (1 + Math.tanh(x / 2)) / 2;

    assertEquals(expected, new Silu("silu").apply(x), 4 * ROUNDING * Math.max(1, Math.abs(x)));
  }

  @Property
  void whatIsMadeOfLinesIsInPieces(
      @ForAll @DoubleRange(min = -9, max = 9) @Scale(15) double x,
      @ForAll @DoubleRange(min = 0.01, max = 2) @Scale(15) double slope) {
    double relu6 = x <= 0 ? 0 : x >= 6 ? 6 : x;
    double end = 0.5 / slope;
    double hardSigmoid = x <= -end ? 0 : x >= end ? 1 : 0.5 + slope * x;
    double hardSwish = x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;

    assertEquals(relu6, new Clip("relu6", 0, 6).apply(x));
    assertEquals(hardSigmoid, new HardSigmoid("a", slope, 0.5).apply(x), 8 * ROUNDING);
    assertEquals(hardSwish, new HardSwish("a").apply(x), 32 * ROUNDING);
  }

  /** The approximation is known to be within 5e-4 of the function. */
  @Property
  void geluTanhIsNearGelu(@ForAll @DoubleRange(min = -9, max = 9) @Scale(15) double x) {
    assertEquals(new Gelu("gelu").apply(x), new GeluTanh("near").apply(x), 5e-4);
    double root = Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3));
    assertEquals(x / (1 + Math.exp(-2 * root)), new GeluTanh("near").apply(x), 1e-13);
  }

  @Property
  void eluIsAnExponentialBelowZero(
      @ForAll @DoubleRange(min = -30, max = 30) @Scale(15) double x,
      @ForAll @DoubleRange(min = 0.1, max = 2) @Scale(15) double alpha) {
    double below = alpha * (Math.exp(x) - 1);
    assertEquals(x < 0 ? below : x, new Elu("elu", alpha).apply(x), 2 * ROUNDING);
  }

  @Property
  void softplusIsTheLogarithmOfOneMoreThanTheExponential(
      @ForAll @DoubleRange(min = -700, max = 700) @Scale(15) double x) {
    assertEquals(Math.log1p(Math.exp(x)), new Softplus("a").apply(x), 1e-13 * Math.max(1, x));
  }

  @Property
  void functionsAreThoseOfTheirNames(
      @ForAll @DoubleRange(min = 1e-9, max = 700) @Scale(15) double x) {
    assertEquals(x, Math.log(new Exp("exp").apply(x)), 1e-12 * Math.max(1, x));
    assertEquals(x, new Exp("exp").apply(new Log("log").apply(x)), 1e-12 * Math.max(1, x));
    assertEquals(Math.pow(x, 0.5), new Sqrt("sqrt").apply(x), 1e-14 * Math.max(1, x));
    assertEquals(x, new Abs("abs").apply(-x));
    assertEquals(1, x * new Reciprocal("reciprocal").apply(x), 2 * ROUNDING);
    assertEquals(3 * x - 2, new Affine("affine", 3, -2).apply(x), 1e-12);
  }

  @Test
  void whatIsNoNumberIsNoError() {
    assertTrue(Double.isNaN(new Sqrt("sqrt").apply(-1)));
    assertTrue(Double.isNaN(new Log("log").apply(-1)));
    assertEquals(Double.NEGATIVE_INFINITY, new Log("log").apply(0));
    assertEquals(Double.POSITIVE_INFINITY, new Reciprocal("reciprocal").apply(0));
  }

  @Property
  void squareIsTheExactSquareRounded(@ForAll("finite") double x) {
    Assume.that(Math.abs(x) < 1e154); // the square of anything larger may be infinite

    assertEquals(new BigDecimal(x).pow(2).doubleValue(), new Square("square").apply(x));
  }

  @Property
  void quadraticIsTheExactPolynomialButForRounding(
      @ForAll @DoubleRange(min = -1000, max = 1000) @Scale(15) double x,
      @ForAll @DoubleRange(min = -1000, max = 1000) @Scale(15) double a,
      @ForAll @DoubleRange(min = -1000, max = 1000) @Scale(15) double b,
      @ForAll @DoubleRange(min = -1000, max = 1000) @Scale(15) double c) {
    Assume.that(a != 0);
    BigDecimal exactX = new BigDecimal(x);
    BigDecimal exact =
        new BigDecimal(a)
            .multiply(exactX.pow(2))
            .add(new BigDecimal(b).multiply(exactX))
            .add(new BigDecimal(c));

    double magnitude = Math.abs(a) * x * x + Math.abs(b * x) + Math.abs(c);
    assertEquals(
        exact.doubleValue(), new Quadratic("quadratic", a, b, c).apply(x), ROUNDING * magnitude);
  }

  /** Term by term the sum would be infinity less infinity. */
  @Test
  void aQuadraticOfAFiniteNumberIsANumber() {
    Quadratic steep = new Quadratic("steep", 1e200, -1e300, 0);

    assertFalse(Double.isNaN(steep.apply(1e150)));
    assertFalse(Double.isNaN(steep.apply(-1e150)));
  }

  // --- parabolas -------------------------------------------------------------------------------

  @Test
  void onlySquareAndQuadraticAreParabolas() {
    Stream<Activation> others =
        Stream.of(
            new Relu("a"),
            new LeakyRelu("a", 0.1),
            new Sigmoid("a"),
            new Tanh("a"),
            new Gelu("a"),
            new Clip("a", 0, 6),
            new HardSigmoid("a", 0.2, 0.5),
            new Silu("a"),
            new HardSwish("a"),
            new Elu("a", 1),
            new Softplus("a"),
            new Exp("a"),
            new Log("a"),
            new Sqrt("a"),
            new Abs("a"),
            new Reciprocal("a"),
            new Affine("a", 2, 0),
            new GeluTanh("a"));

    assertEquals(List.of(), others.map(Activation::parabola).flatMap(Optional::stream).toList());
  }

  @Property
  void theParabolaOfASquareIsTheFunctionBitForBit(@ForAll("finite") double x) {
    Square square = new Square("square");
    Parabola parabola = square.parabola().orElseThrow();

    assertEquals(square.apply(x), at(parabola, x));
  }

  @Property
  void theParabolaOfAQuadraticIsTheFunctionButForRounding(
      @ForAll @DoubleRange(min = -1000, max = 1000) @Scale(15) double x,
      @ForAll @DoubleRange(min = 1e-3, max = 1000) @Scale(15) double steepness,
      @ForAll boolean downwards,
      @ForAll @DoubleRange(min = -1000, max = 1000) @Scale(15) double b,
      @ForAll @DoubleRange(min = -1000, max = 1000) @Scale(15) double c) {
    Quadratic quadratic = new Quadratic("quadratic", downwards ? -steepness : steepness, b, c);
    Parabola parabola = quadratic.parabola().orElseThrow();

    double root = Math.abs(x) + Math.abs(parabola.shift());
    double magnitude = steepness * root * root + Math.abs(parabola.rest()) + Math.abs(c);
    assertEquals(quadratic.apply(x), at(parabola, x), 2 * ROUNDING * magnitude);
  }

  @Property
  void atTheLargestRootTheFunctionLeavesTheRange(
      @ForAll @DoubleRange(min = 0.1, max = 10) @Scale(15) double steepness,
      @ForAll boolean downwards,
      @ForAll @DoubleRange(min = -10, max = 10) @Scale(15) double shift,
      @ForAll @DoubleRange(min = -10, max = 10) @Scale(15) double rest,
      @ForAll @DoubleRange(min = 0, max = 10) @Scale(15) double below,
      @ForAll @DoubleRange(min = 0, max = 10) @Scale(15) double above) {
    Parabola parabola = new Parabola(downwards ? -steepness : steepness, shift, rest);
    Range range = new Range(rest - below, rest + above);
    double end = downwards ? range.low() : range.high();
    double root = parabola.largestRoot(range);

    assertEquals(end, at(parabola, root - shift), 1e-12);
    assertEquals(end, at(parabola, -root - shift), 1e-12);
  }

  private static double at(Parabola parabola, double x) {
    double root = x + parabola.shift();
    return parabola.factor() * root * root + parabola.rest();
  }

  /** Integrates the normal density by Simpson's rule. */
  private static double normalProbabilityFromZeroTo(double x) {
    int steps = 2000;
    double width = x / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double t = i * width;
      int factor = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += factor * Math.exp(-t * t / 2);
    }
    return sum * width / 3 / Math.sqrt(2 * Math.PI);
  }
}
