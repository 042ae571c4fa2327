package io.nightjar.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes what the accuracy would be if a person decided the least certain records instead.
 *
 * <p>It keeps four bytes for each record: the entropy in single precision but for the last bit,
 * which says whether the prediction was right. Records whose entropies agree in the 23 leading bits
 * that are left count as equally certain, and any of them could be the first to go: the accuracy
 * among some of them is the expected one. It is safe to use from many threads.
 */
public final class Referral implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int MOST_POINTS = 100;
  private static final int RISK_PERCENT = 80;

  private int[] packed;
  private int size;

  /**
   * Creates one without records.
   *
   * @param records how many to expect
   */
  public Referral(int records) {
    this.packed = new int[Math.max(records, 16)];
  }

  /** Adds a record. */
  public synchronized void add(double entropy, boolean right) {
    if (!(entropy >= 0)) {
      throw new IllegalArgumentException("An entropy of %s".formatted(entropy));
    }
    makeRoom(1);
    // Floats that are not negative have the same order as their bits.
    packed[size++] = (Float.floatToIntBits((float) entropy) & ~1) | (right ? 1 : 0);
  }

  /** Takes the records of another. */
  public synchronized void add(Referral other) {
    makeRoom(other.size);
    System.arraycopy(other.packed, 0, packed, size, other.size);
    size += other.size;
  }

  private void makeRoom(int more) {
    int needed = Math.addExact(size, more);
    if (needed > packed.length) {
      packed = Arrays.copyOf(packed, Math.max(needed, Math.multiplyExact(packed.length, 2)));
    }
  }

  /** Returns the curve of the records so far; there must be some. */
  public synchronized ReferralCurve curve() {
    if (size == 0) {
      throw new IllegalStateException("A referral curve of no records");
    }
    int[] sorted = Arrays.copyOf(packed, size);
    Arrays.sort(sorted);
    List<ReferralCurve.Point> points = new ArrayList<>();
    double area = 0;
    double risk = 0;
    double rightBefore = 0;
    int point = 1;
    for (int start = 0, end = 0; start < size; start = end) {
      int rightHere = 0;
      for (end = start; end < size && sorted[end] >> 1 == sorted[start] >> 1; end++) {
        rightHere += sorted[end] & 1;
      }
      double share = (double) rightHere / (end - start);
      for (int kept = start + 1; kept <= end; kept++) {
        double accuracy = (rightBefore + (kept - start) * share) / kept;
        area += accuracy;
        if (kept == shareOf(RISK_PERCENT)) {
          risk = 1 - accuracy;
        }
        if (kept == shareOf(point)) {
          points.add(new ReferralCurve.Point((double) kept / size, accuracy));
          while (point <= MOST_POINTS && shareOf(point) == kept) {
            point++;
          }
        }
      }
      rightBefore += rightHere;
    }
    return new ReferralCurve(area / size, risk, points);
  }

  /** Returns how many records make up a share of all, rounded up. */
  private int shareOf(int percent) {
    return (int) (((long) size * percent + 99) / 100);
  }
}
