package io.nightjar.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads columns of a table from JSON objects and writes them, as {@link ModelReader} describes
 * them.
 */
public final class ColumnJson {

  private static final List<String> TYPES = List.of("number", "category");

  /** The only key whose value is a list. */
  private static final String VALUES = "values";

  private ColumnJson() {}

  static InputColumn read(JsonInput input, String path) {
    Map<String, Object> values =
        JsonFields.read(
            input,
            path,
            key -> {
              String place = path + "." + Text.key(key);
              return key.equals(VALUES) ? strings(input, place) : input.scalar(place);
            });
    try {
      return of(path, values);
    } catch (InvalidModelException e) {
      throw input.invalid(e.getMessage());
    }
  }

  /**
   * Returns the column with these keys and values: strings, booleans, longs, doubles and lists of
   * strings.
   *
   * @param path the place of the object, for messages
   * @throws InvalidModelException naming the key that is wrong
   */
  public static InputColumn of(String path, Map<String, Object> values) {
    JsonFields fields = new JsonFields(path, values);
    InputColumn column = read(fields);
    fields.refuseUnknown();
    return column;
  }

  /** Returns the keys and values of a column, every one of them, in the order they are written. */
  public static Map<String, Object> fields(InputColumn column) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", column.name());
    if (column instanceof NumberColumn number) {
      fields.put("type", "number");
      fields.put("low", number.low());
      fields.put("high", number.high());
      number.missing().ifPresent(value -> fields.put("missing", value));
    } else if (column instanceof CategoryColumn category) {
      fields.put("type", "category");
      fields.put(VALUES, category.values());
      fields.put("missing", category.missing());
    }
    return fields;
  }

  private static InputColumn read(JsonFields fields) {
    String name = fields.string("name");
    String type = fields.string("type");
    return switch (type) {
      case "number" ->
          new NumberColumn(
              name, fields.number("low"), fields.number("high"), fields.optionalNumber("missing"));
      case "category" ->
          new CategoryColumn(name, fields.strings(VALUES), fields.bool("missing", false));
      default -> throw fields.unknownType(type, TYPES);
    };
  }

  private static List<String> strings(JsonInput input, String path) {
    List<String> strings = new ArrayList<>();
    input.array(
        path,
        i -> {
          if (i >= CategoryColumn.MAX_VALUES) {
            throw input.invalid(
                "%s has more than %d entries".formatted(path, CategoryColumn.MAX_VALUES));
          }
          strings.add(input.string("%s[%d]".formatted(path, i)));
        });
    return strings;
  }
}
