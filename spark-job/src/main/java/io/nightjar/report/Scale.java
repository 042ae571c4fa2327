package io.nightjar.report;

/**
 * Maps the numbers of an axis to places on a picture.
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
