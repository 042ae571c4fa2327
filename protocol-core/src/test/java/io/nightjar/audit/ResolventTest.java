package io.nightjar.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the resolvent of a matrix with solving equations by it. */
class ResolventTest {

  private static SymmetricMatrix matrix(int size, int squares) {
    Random random = new Random(size);
    SymmetricMatrix matrix = new SymmetricMatrix(size);
    double[] x = new double[size];
    for (int i = 0; i < squares; i++) {
      Arrays.setAll(x, k -> random.nextGaussian());
      matrix.addSquare(x, 1);
    }
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20})
  void sumsAreThoseOfTheInverse(int size) {
    SymmetricMatrix matrix = matrix(size, size / 2 + 1);
    double[] vector = new double[size];
    Arrays.setAll(vector, i -> i - 1.5);
    Resolvent resolvent = Resolvent.of(matrix, new double[][] {vector});
    for (double shift : new double[] {0.01, 1, 100}) {
      SymmetricMatrix shifted = matrix.times(1);
      shifted.addToDiagonal(shift);
      SymmetricMatrix.Cholesky factor = shifted.factor();
      double trace = 0;
      double squares = 0;
      for (int i = 0; i < size; i++) {
        double[] unit = new double[size];
        unit[i] = 1;
        double[] column = factor.solve(unit);
        trace += column[i];
        squares += Arrays.stream(column).map(x -> x * x).sum();
      }
      double[] solved = factor.solve(vector);
      double form = 0;
      for (int i = 0; i < size; i++) {
        form += vector[i] * solved[i];
      }

      assertEquals(trace, resolvent.trace(shift).first(), 1e-9 * trace);
      assertEquals(squares, resolvent.trace(shift).second(), 1e-9 * squares);
      assertEquals(form, resolvent.forms(shift).first(), 1e-9 * form);
      double length = Arrays.stream(solved).map(x -> x * x).sum();
      assertEquals(length, resolvent.forms(shift).second(), 1e-9 * length);
    }
  }

  @Test
  void solvesWhatItMultiplied() {
    SymmetricMatrix matrix = matrix(30, 60);
    double[] x = new double[30];
    Arrays.setAll(x, i -> i % 7 - 3);
    double[] right = new double[30];
    for (int i = 0; i < 30; i++) {
      for (int j = 0; j < 30; j++) {
        right[i] += matrix.get(i, j) * x[j];
      }
    }
    assertArrayEquals(x, matrix.factor().solve(right), 1e-9);
    assertThrows(ArithmeticException.class, () -> matrix.times(-1).factor());
  }
}
