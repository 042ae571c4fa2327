package io.nightjar.history;

/**
 * Where a figure usually is, by the nights before.
 *
 * @param low where usual figures begin
 * @param median the median of the nights before
 * @param high where they end
 * @param nights how many nights it is of
 */
public record Usual(double low, double median, double high, int nights) {

  boolean isLow(double value) {
    return value < low;
  }

  boolean isHigh(double value) {
    return value > high;
  }
}
