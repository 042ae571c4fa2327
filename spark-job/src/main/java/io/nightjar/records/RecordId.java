package io.nightjar.records;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The id of a record, which tells it from all others. It is as private as the record, so {@code
 * toString} does not show it.
 */
public sealed interface RecordId {

  /** Returns which kind it is. */
  IdType type();

  /** Returns it as text, verbatim. */
  String text();

  /** Returns a number as an id. */
  static RecordId of(long value) {
    return new OfLong(value);
  }

  /** Returns a text as an id. */
  static RecordId of(String value) {
    return new OfString(value);
  }

  /** Returns values of a table as an id. */
  static RecordId of(List<Object> values) {
    return new OfValues(values);
  }

  /** A whole number. */
  record OfLong(long value) implements RecordId {

    @Override
    public IdType type() {
      return IdType.LONG;
    }

    @Override
    public String text() {
      return Long.toString(value);
    }

    @Override
    public String toString() {
      return "RecordId[LONG]";
    }
  }

  /** A text. */
  record OfString(String value) implements RecordId {

    @Override
    public IdType type() {
      return IdType.STRING;
    }

    @Override
    public String text() {
      return value;
    }

    @Override
    public String toString() {
      return "RecordId[STRING]";
    }
  }

  /** Several values, or one that is neither a whole number nor a text. */
  record OfValues(List<Object> values) implements RecordId {

    /** Copies the list. */
    public OfValues {
      values = List.copyOf(values);
    }

    @Override
    public IdType type() {
      return IdType.VALUES;
    }

    @Override
    public String text() {
      return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
      return "RecordId[VALUES]";
    }
  }
}
