package io.nightjar.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests that the weights of a layer follow from the noise that they make. */
class NoiseAttackTest {

  @Test
  void weightsComeOutOfTheNoiseThatTheyMake() {
    int coefficients = 64;
    int columns = 40;
    Random random = new Random(1);
    double[] fresh = new double[columns * coefficients];
    Arrays.setAll(fresh, i -> random.nextInt(21) - 10);
    double[] weights = new double[columns];
    Arrays.setAll(weights, k -> random.nextInt(255) - 127);
    double[] result = new double[coefficients];
    for (int j = 0; j < coefficients; j++) {
      for (int k = 0; k < columns; k++) {
        result[j] += weights[k] * fresh[k * coefficients + j];
      }
    }

    assertArrayEquals(weights, new NoiseAttack(fresh, columns).estimate(result), 1e-6);
  }

  @Test
  void fewerEquationsThanWeightsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new NoiseAttack(new double[6], 3));
    assertThrows(IllegalArgumentException.class, () -> new NoiseAttack(new double[7], 2));
    NoiseAttack attack = new NoiseAttack(new double[] {1, 0, 0, 1}, 2);
    assertThrows(IllegalArgumentException.class, () -> attack.estimate(new double[3]));
  }
}
