package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CalibrationTest {

  @Test
  void accuracyIsTheShareOfRecordsWhoseClassWasPredicted() {
    Calibration calibration = calibration(new double[] {0.9, 0.8, 0.2}, new int[] {0, 1, 1});

    assertEquals(3, calibration.records());
    assertEquals(2 / 3.0, calibration.accuracy(), 1e-12);
  }

  @Test
  void theErrorIsZeroWhereConfidenceIsTheShareOfRightOnes() {
    double[] first = {0.75, 0.75, 0.75, 0.75};

    assertEquals(0, calibration(first, new int[] {0, 0, 0, 1}).expectedError(), 1e-12);
    assertEquals(0.75, calibration(first, new int[] {1, 1, 1, 1}).expectedError(), 1e-12);
  }

  @Test
  void binsAreWeightedByTheirRecords() {
    // three at 0.9, of which two are right: |2 - 2.7|; one at 0.6 and right: |1 - 0.6|
    Calibration calibration =
        calibration(new double[] {0.9, 0.9, 0.9, 0.6}, new int[] {0, 0, 1, 0});

    assertEquals((0.7 + 0.4) / 4, calibration.expectedError(), 1e-12);
  }

  @Test
  void aCertainPredictionIsInTheLastBin() {
    assertEquals(0, calibration(new double[] {1}, new int[] {0}).expectedError(), 1e-12);
  }

  /**
   * Returns the calibration of predictions of two classes, the first of which has these
   * probabilities.
   */
  private static Calibration calibration(double[] first, int[] truth) {
    Calibration calibration = new Calibration();
    for (int j = 0; j < truth.length; j++) {
      boolean second = first[j] < 0.5;
      calibration.add(second ? 1 - first[j] : first[j], truth[j] == (second ? 1 : 0));
    }
    return calibration;
  }
}
