package io.nightjar.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes what the accuracy would be if a person decided the least certain records instead.
 *
 * <p>It counts records by their entropy in single precision but for the last bit. Records whose
 * entropies agree in the 23 leading bits that are left count as equally certain, and any of them
 * could be the first to go: the accuracy among some of them is the expected one. So the memory that
 * it takes grows with the entropies that there are, of which there are not very many, and not with
 * the records. It is safe to use from many threads.
 */
public final class Referral implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int MOST_POINTS = 100;
  private static final int RISK_PERCENT = 80;
  private static final int FEWEST_NEW = 16;
  private static final int MOST_NEW = 1 << 16;

  /** The entropies of counted records, in their order: as bits, of which the last is missing. */
  private int[] entropies = {};

  private long[] records = {};
  private long[] right = {};

  /** Records that are not counted yet: the bits of the entropy, and whether they were right. */
  private int[] fresh = new int[FEWEST_NEW];

  private int size;

  /** Adds a record. */
  public synchronized void add(double entropy, boolean isRight) {
    if (!(entropy >= 0)) {
      throw new IllegalArgumentException("An entropy of %s".formatted(entropy));
    }
    if (size == MOST_NEW) {
      count();
    } else if (size == fresh.length) {
      fresh = Arrays.copyOf(fresh, 2 * size);
    }
    // Floats that are not negative have the same order as their bits.
    fresh[size++] = (Float.floatToIntBits((float) entropy) & ~1) | (isRight ? 1 : 0);
  }

  /** Takes the records of another. */
  public void add(Referral other) {
    Referral counted = other.counted();
    synchronized (this) {
      merge(counted.entropies, counted.records, counted.right);
    }
  }

  /** Returns a copy of which all records are counted. */
  private synchronized Referral counted() {
    count();
    Referral copy = new Referral();
    copy.entropies = entropies; // these arrays are replaced and never changed
    copy.records = records;
    copy.right = right;
    return copy;
  }

  /** Counts what is not counted yet. */
  private void count() {
    Arrays.sort(fresh, 0, size);
    int[] keys = new int[size];
    long[] all = new long[size];
    long[] good = new long[size];
    int distinct = 0;
    for (int i = 0; i < size; i++) {
      int key = fresh[i] >>> 1;
      if (distinct == 0 || keys[distinct - 1] != key) {
        keys[distinct++] = key;
      }
      all[distinct - 1]++;
      good[distinct - 1] += fresh[i] & 1;
    }
    size = 0;
    merge(Arrays.copyOf(keys, distinct), all, good);
  }

  private void merge(int[] keys, long[] all, long[] good) {
    int[] mergedKeys = new int[entropies.length + keys.length];
    long[] mergedAll = new long[mergedKeys.length];
    long[] mergedGood = new long[mergedKeys.length];
    int merged = 0;
    for (int i = 0, j = 0; i < entropies.length || j < keys.length; merged++) {
      boolean fromThis = j == keys.length || (i < entropies.length && entropies[i] <= keys[j]);
      boolean fromThat = i == entropies.length || (j < keys.length && keys[j] <= entropies[i]);
      mergedKeys[merged] = fromThis ? entropies[i] : keys[j];
      mergedAll[merged] = (fromThis ? records[i] : 0) + (fromThat ? all[j] : 0);
      mergedGood[merged] = (fromThis ? right[i] : 0) + (fromThat ? good[j] : 0);
      i += fromThis ? 1 : 0;
      j += fromThat ? 1 : 0;
    }
    entropies = Arrays.copyOf(mergedKeys, merged);
    records = Arrays.copyOf(mergedAll, merged);
    right = Arrays.copyOf(mergedGood, merged);
  }

  /** Returns the curve of the records so far; there must be some. */
  public synchronized ReferralCurve curve() {
    count();
    long total = Arrays.stream(records).sum();
    if (total == 0) {
      throw new IllegalStateException("A referral curve of no records");
    }
    List<ReferralCurve.Point> points = new ArrayList<>();
    double area = 0;
    double risk = 0;
    double rightBefore = 0;
    long start = 0;
    int point = 1;
    for (int i = 0; i < entropies.length; i++) {
      double share = (double) right[i] / records[i];
      long end = start + records[i];
      for (long kept = start + 1; kept <= end; kept++) {
        double accuracy = (rightBefore + (kept - start) * share) / kept;
        area += accuracy;
        if (kept == shareOf(total, RISK_PERCENT)) {
          risk = 1 - accuracy;
        }
        if (kept == shareOf(total, point)) {
          points.add(new ReferralCurve.Point((double) kept / total, accuracy));
          while (point <= MOST_POINTS && shareOf(total, point) == kept) {
            point++;
          }
        }
      }
      rightBefore += right[i];
      start = end;
    }
    return new ReferralCurve(area / total, risk, points);
  }

  /** Returns how many records make up a share of all, rounded up. */
  private static long shareOf(long total, int percent) {
    return (total * percent + 99) / 100;
  }
}
