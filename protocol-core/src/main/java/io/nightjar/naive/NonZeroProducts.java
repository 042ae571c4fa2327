package io.nightjar.naive;

import io.nightjar.crypto.layer.IntegerLayer;

/** Counts what a program that skips zeros has to multiply. */
public final class NonZeroProducts {

  private NonZeroProducts() {}

  /** Returns the products of a layer that are not with zero. */
  public static long of(IntegerLayer layer) {
    long products = 0;
    for (int row = 0; row < layer.rows(); row++) {
      for (int gather = 0; gather < layer.gathers(); gather++) {
        products += layer.products(row, gather);
      }
    }
    return products;
  }
}
