package io.nightjar.records;

import io.nightjar.model.Range;
import java.util.Optional;

/**
 * A feature: a number that is a value of the record, and must be there.
 *
 * @param range what it must lie in
 */
record NumberAsItIs(Range range) implements NumberEncoding {

  @Override
  public int width() {
    return 1;
  }

  @Override
  public Optional<String> number(double number, double[] values, int at) {
    values[at] = number;
    return Values.fault(number, range);
  }

  @Override
  public Optional<String> missing(double[] values, int at) {
    return Optional.of(Values.MISSING);
  }
}
