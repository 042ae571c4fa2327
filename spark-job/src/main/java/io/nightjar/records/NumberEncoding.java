package io.nightjar.records;

import io.nightjar.model.Range;
import java.util.Optional;
import java.util.OptionalDouble;

/** How the numbers of one column become values of a record. */
sealed interface NumberEncoding extends Encoding permits NumberAsItIs, ScaledNumber {

  /** Returns what a number should lie in. */
  Range range();

  /** Takes a cell that is a number, perhaps not a finite one. */
  Optional<String> number(double number, double[] values, int at);

  @Override
  default Optional<String> text(String cell, double[] values, int at) {
    OptionalDouble number = Decimals.parse(cell);
    if (number.isPresent()) {
      return number(number.getAsDouble(), values, at);
    }
    return cell.isBlank() ? missing(values, at) : Optional.of(notANumber(cell));
  }

  private static String notANumber(String cell) {
    boolean notFinite = cell.strip().matches("(?i)[-+]?(nan|inf|infinity)");
    return notFinite ? Values.NOT_FINITE : Values.NOT_A_NUMBER;
  }
}
