package io.nightjar.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightjar.model.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * A value in the JSON of a plan from another party, with its path for messages.
 *
 * <p>Every method throws an {@link InvalidPlanException} that names the path if the value is not
 * what it asks for.
 *
 * @param path where the value stands
 * @param value the value itself
 */
public record PlanNode(String path, JsonNode value) {

  /** Returns whether there is a field. */
  public boolean has(String key) {
    return value.has(key);
  }

  /** Returns this value, which must be an array of channels, height and width. */
  public Shape shape() {
    List<Integer> sides = elements(node -> Math.toIntExact(node.whole()));
    if (sides.size() != 3) {
      throw new InvalidPlanException(path + " must be [channels, height, width]");
    }
    return new Shape(sides.get(0), sides.get(1), sides.get(2));
  }

  /** Returns the value of a field, which must be there. */
  public PlanNode get(String key) {
    JsonNode child = value.get(key);
    if (child == null) {
      throw invalid(key, "is missing");
    }
    return new PlanNode(path + "." + key, child);
  }

  /** Refuses another value of a field than the expected one. */
  public void require(String key, String expected) {
    String found = get(key).value.asText();
    if (!found.equals(expected)) {
      throw invalid(key, "is '%s'; it must be '%s'".formatted(found, expected));
    }
  }

  /** Returns a field that must be a string. */
  public String text(String key) {
    return get(key).text();
  }

  /** Returns this value, which must be a string. */
  public String text() {
    if (!value.isTextual()) {
      throw new InvalidPlanException(path + " must be a string");
    }
    return value.textValue();
  }

  /** Returns a field that must be a whole number. */
  public int integer(String key) {
    return Math.toIntExact(get(key).whole());
  }

  /** Returns this value, which must be a whole number. */
  public long whole() {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new InvalidPlanException(path + " must be a whole number");
    }
    return value.longValue();
  }

  /** Returns a field that must be true or false. */
  public boolean bool(String key) {
    JsonNode found = get(key).value;
    if (!found.isBoolean()) {
      throw invalid(key, "must be true or false");
    }
    return found.booleanValue();
  }

  /** Returns a field that must be a number. */
  public double number(String key) {
    return get(key).real();
  }

  /** Returns this value, which must be a number. */
  public double real() {
    if (!value.isNumber()) {
      throw new InvalidPlanException(path + " must be a number");
    }
    return value.doubleValue();
  }

  /** Returns a field that must be the name of a constant in lower case. */
  public <E extends Enum<E>> E constant(String key, E[] values) {
    String name = text(key);
    for (E constant : values) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
        return constant;
      }
    }
    throw invalid(key, "must be one of " + List.of(values));
  }

  /** Returns a field that must be an array. */
  public <T> List<T> list(String key, Function<PlanNode, T> element) {
    return get(key).elements(element);
  }

  /** Returns the elements of this value, which must be an array. */
  public <T> List<T> elements(Function<PlanNode, T> element) {
    if (!value.isArray()) {
      throw new InvalidPlanException(path + " must be an array");
    }
    List<T> elements = new ArrayList<>();
    for (JsonNode child : value) {
      elements.add(element.apply(new PlanNode(path + "[" + elements.size() + "]", child)));
    }
    return elements;
  }

  /** Returns all fields of this value, as plain values of Java. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    value.properties().forEach(field -> fields.put(field.getKey(), plain(field.getValue())));
    return fields;
  }

  private static Object plain(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false).map(PlanNode::plain).toList();
    } else if (value.isTextual()) {
      return value.textValue();
    } else if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    } else if (value.isNumber()) {
      return value.doubleValue();
    }
    return value.isBoolean() ? value.booleanValue() : value;
  }

  /** Returns what is thrown for a field that is not as it must be. */
  public InvalidPlanException invalid(String key, String what) {
    return new InvalidPlanException("%s.%s %s".formatted(path, key, what));
  }
}
