package io.nightjar.report;

/**
 * Where on a picture the numbers of an axis are.
 *
 * @param from the first number
 * @param to the last
 * @param start where the first is
 * @param end where the last is
 */
record Scale(double from, double to, double start, double end) {

  double at(double value) {
    return start + (value - from) / (to - from) * (end - start);
  }
}
