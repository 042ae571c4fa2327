package io.nightjar.spark;

import io.nightjar.exchange.FileDigest;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.util.AccumulatorV2;

/**
 * The digests of the files that tasks have put in their place. Spark counts what a task adds once,
 * and only if it succeeds.
 */
final class DigestAccumulator extends AccumulatorV2<List<FileDigest>, List<FileDigest>> {

  private static final long serialVersionUID = 1;

  private final ArrayList<FileDigest> digests = new ArrayList<>();

  @Override
  public boolean isZero() {
    return digests.isEmpty();
  }

  @Override
  public AccumulatorV2<List<FileDigest>, List<FileDigest>> copy() {
    DigestAccumulator copy = new DigestAccumulator();
    copy.digests.addAll(value());
    return copy;
  }

  @Override
  public void reset() {
    synchronized (digests) {
      digests.clear();
    }
  }

  @Override
  public void add(List<FileDigest> more) {
    synchronized (digests) {
      digests.addAll(more);
    }
  }

  @Override
  public void merge(AccumulatorV2<List<FileDigest>, List<FileDigest>> other) {
    add(other.value());
  }

  @Override
  public List<FileDigest> value() {
    synchronized (digests) {
      return List.copyOf(digests);
    }
  }
}
