package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReferralTest {

  @Test
  void aSmallCurveIsAsComputedByHand() {
    Referral referral = new Referral();
    referral.add(0.4, false);
    referral.add(0.1, true);
    referral.add(0.3, true);
    referral.add(0.2, false);
    referral.add(0.5, true);

    ReferralCurve curve = referral.curve();

    // in the order of entropy: right, wrong, right, wrong, right
    double[] accuracies = {1, 1 / 2.0, 2 / 3.0, 2 / 4.0, 3 / 5.0};
    assertEquals(5, curve.curve().size());
    double sum = 0;
    for (int i = 0; i < 5; i++) {
      assertEquals((i + 1) / 5.0, curve.curve().get(i).coverage(), 1e-12);
      assertEquals(accuracies[i], curve.curve().get(i).accuracy(), 1e-12);
      sum += accuracies[i];
    }
    assertEquals(sum / 5, curve.areaUnderCurve(), 1e-12);
    assertEquals(1 - 0.5, curve.riskAt80(), 1e-12);
  }

  @Test
  void allRecordsHaveTheAccuracyOfTheJob() {
    Random random = new Random(1);
    Referral referral = new Referral();
    int right = 0;
    for (int i = 0; i < 12_345; i++) {
      boolean isRight = random.nextInt(10) > 0;
      right += isRight ? 1 : 0;
      referral.add(random.nextInt(100) / 10.0, isRight);
    }

    ReferralCurve curve = referral.curve();

    assertEquals(100, curve.curve().size());
    ReferralCurve.Point last = curve.curve().get(99);
    assertEquals(1, last.coverage());
    assertEquals(right / 12_345.0, last.accuracy(), 1e-12);
  }

  /**
   * Puts r right ones before n - r wrong ones: accuracy is 1 up to r, and r / k after k records.
   */
  @Test
  void aPerfectOrderHasItsAnalyticArea() {
    int n = 1000;
    int r = 900;
    Referral referral = new Referral();
    for (int i = 0; i < n; i++) {
      referral.add(i / 1000.0, i < r);
    }
    double area = r;
    for (int k = r + 1; k <= n; k++) {
      area += (double) r / k;
    }

    assertEquals(area / n, referral.curve().areaUnderCurve(), 1e-12);
    assertEquals(0, referral.curve().riskAt80(), 0);
  }

  @Test
  void whereAllAreEquallyCertainNothingIsGained() {
    Referral referral = new Referral();
    for (int i = 0; i < 8; i++) {
      referral.add(0.25, i < 6);
    }

    ReferralCurve curve = referral.curve();

    assertTrue(curve.curve().stream().allMatch(point -> Math.abs(point.accuracy() - 0.75) < 1e-12));
    assertEquals(0.75, curve.areaUnderCurve(), 1e-12);
  }

  @Test
  void theOrderInWhichRecordsComeDoesNotMatter() {
    Referral forwards = new Referral();
    Referral backwards = new Referral();
    for (int i = 0; i < 100; i++) {
      forwards.add(i % 7, i % 3 == 0);
      backwards.add((99 - i) % 7, (99 - i) % 3 == 0);
    }

    assertEquals(forwards.curve(), backwards.curve());
  }

  /** More than are counted at once, and in parts that are put together. */
  @Test
  void partsOfManyRecordsGiveTheCurveOfAll() {
    Random random = new Random(2);
    Referral whole = new Referral();
    Referral[] parts = {new Referral(), new Referral(), new Referral()};
    for (int i = 0; i < 200_000; i++) {
      double entropy = random.nextInt(5000) / 1000.0;
      boolean right = random.nextInt(6) > entropy;
      whole.add(entropy, right);
      parts[i % 3].add(entropy, right);
    }
    ReferralCurve last = parts[2].curve();
    parts[0].add(parts[1]);
    parts[0].add(parts[2]);

    assertEquals(whole.curve(), parts[0].curve());
    assertEquals(last, parts[2].curve(), "as it was");
  }

  @Test
  void thereIsNoCurveOfNothingAndNoNegativeEntropy() {
    assertThrows(IllegalStateException.class, new Referral()::curve);
    assertThrows(IllegalArgumentException.class, () -> new Referral().add(-0.1, true));
  }
}
