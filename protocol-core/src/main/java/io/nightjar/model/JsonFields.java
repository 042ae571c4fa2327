package io.nightjar.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * The keys and values of a JSON object that has a type, which says what other keys it may have.
 *
 * <p>It remembers which keys were asked for: once a reader has asked for all that the type has, the
 * others are unknown and can be refused.
 */
final class JsonFields {

  /** The largest number of keys that are read, which is far more than any type has. */
  private static final int MAX_KEYS = 32;

  private final String path;
  private final Map<String, Object> values;
  private final Set<String> asked = new LinkedHashSet<>();

  JsonFields(String path, Map<String, Object> values) {
    this.path = path;
    this.values = values;
  }

  /** Reads the keys of an object and their values. */
  static Map<String, Object> read(JsonInput input, String path, Function<String, Object> value) {
    Map<String, Object> values = new LinkedHashMap<>();
    input.object(
        path,
        key -> {
          if (values.size() == MAX_KEYS) {
            throw input.invalid("%s has more than %d keys".formatted(path, MAX_KEYS));
          }
          values.put(key, value.apply(key));
        });
    return values;
  }

  String string(String key) {
    return as(String.class, key, "a string", required(key));
  }

  List<String> strings(String key) {
    List<String> strings = new ArrayList<>();
    for (Object element : as(List.class, key, "a list of strings", required(key))) {
      strings.add(as(String.class, key + "[" + strings.size() + "]", "a string", element));
    }
    return strings;
  }

  boolean bool(String key, boolean byDefault) {
    return as(Boolean.class, key, "true or false", optional(key, byDefault));
  }

  double number(String key) {
    return as(Number.class, key, "a number", required(key)).doubleValue();
  }

  double number(String key, double byDefault) {
    return as(Number.class, key, "a number", optional(key, byDefault)).doubleValue();
  }

  OptionalDouble optionalNumber(String key) {
    asked.add(key);
    return values.containsKey(key) ? OptionalDouble.of(number(key)) : OptionalDouble.empty();
  }

  int integer(String key) {
    return toInt(key, required(key));
  }

  int integer(String key, int byDefault) {
    return toInt(key, optional(key, (long) byDefault));
  }

  List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    for (Object element : as(List.class, key, "a list of numbers", required(key))) {
      numbers.add(
          as(Number.class, key + "[" + numbers.size() + "]", "a number", element).doubleValue());
    }
    return numbers;
  }

  List<Integer> integers(String key) {
    List<Integer> numbers = new ArrayList<>();
    for (Object element : as(List.class, key, "a list of integers", required(key))) {
      numbers.add(toInt(key + "[" + numbers.size() + "]", element));
    }
    return numbers;
  }

  /** Returns the constant of an enumeration whose name, in small letters, is given. */
  <E extends Enum<E>> E constant(String key, E byDefault) {
    Map<String, E> constants = new LinkedHashMap<>();
    for (E constant : byDefault.getDeclaringClass().getEnumConstants()) {
      constants.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    asked.add(key);
    if (!values.containsKey(key)) {
      return byDefault;
    }
    String name = string(key);
    if (!constants.containsKey(name)) {
      Set<String> names = constants.keySet();
      throw new InvalidModelException(
          "%s.%s is %s: it must be one of %s%s"
              .formatted(path, key, Text.quote(name), names, Text.suggestion(name, names)));
    }
    return constants.get(name);
  }

  /** Returns one number or a list of so many at the most. */
  int[] integers(String key, int most) {
    return toInts(key, most, required(key));
  }

  /** Returns one number or a list of two or of so many; if there are none, what is usual. */
  int[] integers(String key, int most, int... usual) {
    asked.add(key);
    return values.containsKey(key) ? integers(key, most) : usual.clone();
  }

  private int[] toInts(String key, int most, Object value) {
    if (!(value instanceof List<?> list)) {
      return new int[] {toInt(key, value)};
    }
    if (list.size() != 2 && list.size() != most) {
      throw new InvalidModelException(
          "%s.%s has %d numbers: it must be one, or a list of %s"
              .formatted(path, key, list.size(), most == 2 ? "2" : "2 or " + most));
    }
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = toInt(key + "[" + i + "]", list.get(i));
    }
    return numbers;
  }

  /** Returns the exception that refuses a type because it is none of these. */
  InvalidModelException unknownType(String type, List<String> types) {
    return new InvalidModelException(
        "%s.type is %s: it must be one of %s%s"
            .formatted(path, Text.quote(type), types, Text.suggestion(type, types)));
  }

  void refuseUnknown() {
    for (String key : values.keySet()) {
      if (!asked.contains(key)) {
        throw new InvalidModelException(
            "Unknown key %s in %s, which is of type %s%s"
                .formatted(
                    Text.quote(key),
                    path,
                    Text.quote(string("type")),
                    Text.suggestion(key, asked)));
      }
    }
  }

  private int toInt(String key, Object value) {
    long number = as(Long.class, key, "an integer", value);
    Checks.between(path + "." + key, number, Integer.MIN_VALUE, Integer.MAX_VALUE);
    return (int) number;
  }

  private <T> T as(Class<T> type, String key, String what, Object value) {
    if (!type.isInstance(value)) {
      throw new InvalidModelException(
          "%s.%s is %s: it must be %s".formatted(path, key, shown(value), what));
    }
    return type.cast(value);
  }

  private static String shown(Object value) {
    if (value instanceof List) {
      return "a list";
    }
    boolean plain = value instanceof Number || value instanceof Boolean;
    return plain ? value.toString() : Text.quote(value.toString());
  }

  private Object required(String key) {
    asked.add(key);
    if (!values.containsKey(key)) {
      throw new InvalidModelException(
          "The key %s is missing in %s".formatted(Text.quote(key), path)
              + Text.nearest(key, unasked())
                  .map(near -> "; is it " + Text.quote(near) + "?")
                  .orElse(""));
    }
    return values.get(key);
  }

  private Object optional(String key, Object byDefault) {
    asked.add(key);
    return values.getOrDefault(key, byDefault);
  }

  private Set<String> unasked() {
    Set<String> keys = new LinkedHashSet<>(values.keySet());
    keys.removeAll(asked);
    return keys;
  }
}
