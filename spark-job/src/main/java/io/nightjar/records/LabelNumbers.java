package io.nightjar.records;

import java.util.OptionalDouble;

/**
 * Labels that are the true values of a regression.
 *
 * @param columns how many values a record has
 */
public record LabelNumbers(int columns) implements LabelKind {

  private static final long serialVersionUID = 1;

  /** The largest number; squares of larger ones would be no numbers. */
  private static final double MOST = 1e100;

  private static final String NUMBER = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?";

  @Override
  public boolean hasFractions() {
    return true;
  }

  @Override
  public OptionalDouble number(String cell) {
    String stripped = cell.strip();
    if (!stripped.matches(NUMBER)) {
      return OptionalDouble.empty();
    }
    double number = Double.parseDouble(stripped);
    return Math.abs(number) <= MOST ? OptionalDouble.of(number) : OptionalDouble.empty();
  }

  @Override
  public String fault() {
    return "not a number: a label is a number from -1e100 to 1e100";
  }
}
