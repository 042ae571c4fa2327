package io.nightjar.history;

import java.util.List;

/**
 * How far the shares of the predicted classes are from those of the nights before.
 *
 * @param stability the population stability index: the sum over the classes of the difference of
 *     both shares times the logarithm of their ratio
 * @param threshold what a usual night has at the most
 * @param nights how many nights before it is compared with
 * @param usual the usual share of each class
 */
public record ClassDrift(double stability, double threshold, int nights, List<Double> usual) {

  /** Copies the shares. */
  public ClassDrift {
    usual = List.copyOf(usual);
  }

  /** Returns whether it is more than chance and the usual differences of nights explain. */
  public boolean isLarge() {
    return stability > threshold;
  }
}
