package io.nightjar.records;

import java.util.HashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The classes that a label may name. */
public final class LabelClasses implements LabelKind {

  private static final long serialVersionUID = 1;

  private static final int MOST_DIGITS = 9;

  private final HashMap<String, Integer> byName = new HashMap<>();
  private final int count;

  /**
   * Creates the classes of a model.
   *
   * @param names their names; none if they have no names
   */
  public LabelClasses(List<String> names, int count) {
    if (count < 1 || (!names.isEmpty() && names.size() != count)) {
      throw new IllegalArgumentException(
          "%d classes with %d names: there must be a class, and a name for each or none"
              .formatted(count, names.size()));
    }
    for (int c = 0; c < names.size(); c++) {
      byName.put(names.get(c), c);
    }
    this.count = count;
  }

  /** Returns how many classes there are. */
  public int count() {
    return count;
  }

  @Override
  public int columns() {
    return 1;
  }

  @Override
  public boolean hasFractions() {
    return false;
  }

  @Override
  public OptionalDouble number(String cell) {
    OptionalInt found = find(cell);
    return found.isPresent() ? OptionalDouble.of(found.getAsInt()) : OptionalDouble.empty();
  }

  @Override
  public String fault() {
    return "not a class: a label is " + allowed();
  }

  /** Returns the class that a label names, or else the class whose index it is. */
  public OptionalInt find(String label) {
    String stripped = label.strip();
    if (byName.containsKey(stripped)) {
      return OptionalInt.of(byName.get(stripped));
    }
    boolean index = stripped.matches("[0-9]{1," + MOST_DIGITS + "}");
    return index ? find(Integer.parseInt(stripped)) : OptionalInt.empty();
  }

  /** Returns the class of an index, if there is one. */
  public OptionalInt find(int index) {
    return index < count ? OptionalInt.of(index) : OptionalInt.empty();
  }

  /** Returns what a label may be. */
  public String allowed() {
    return allowedIndexes() + (byName.isEmpty() ? "" : ", or a class's name");
  }

  /** Returns which indexes there are. */
  String allowedIndexes() {
    return "from 0 to %d".formatted(count - 1);
  }
}
