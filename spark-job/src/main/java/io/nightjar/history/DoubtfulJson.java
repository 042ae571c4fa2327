package io.nightjar.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.model.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A JSON object from a file that anybody may have changed. What is not there is nothing; what is
 * there and is not what it must be is refused, by its name.
 */
final class DoubtfulJson {

  private static final int MOST_NESTING = 16;
  private static final int MOST_DIGITS = 64;
  private static final int MOST_NAME = 4096;
  private static final int MOST_STRING = 1 << 16;

  /** As many elements as are looked at of an array. */
  private static final int MOST_ELEMENTS = 1 << 17;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_NESTING)
                          .maxNumberLength(MOST_DIGITS)
                          .maxNameLength(MOST_NAME)
                          .maxStringLength(MOST_STRING)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** What a file holds is not what it must be; the message says how. */
  static final class BadException extends Exception {
    private static final long serialVersionUID = 1;

    BadException(String message) {
      super(message);
    }
  }

  private final String path;
  private final JsonNode node;

  private DoubtfulJson(String path, JsonNode node) {
    this.path = path;
    this.node = node;
  }

  /** Reads an object. */
  static DoubtfulJson read(byte[] bytes) throws BadException {
    JsonNode node;
    try {
      node = MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      // What Jackson says of it quotes the text.
      JsonLocation at = e.getLocation();
      throw new BadException(
          at == null || at.getLineNr() < 1
              ? "it is not valid JSON"
              : "it is not valid JSON at line %d, column %d"
                  .formatted(at.getLineNr(), at.getColumnNr()));
    } catch (IOException e) {
      throw new BadException("it is not valid JSON: " + e.getClass().getSimpleName());
    }
    if (!node.isObject()) {
      throw new BadException("it is no JSON object");
    }
    return new DoubtfulJson("", node);
  }

  private DoubtfulJson in(String step, JsonNode child) {
    return new DoubtfulJson(path.isEmpty() ? step : path + "." + step, child);
  }

  private BadException bad(String key, JsonNode found, String must) {
    String place = in(key, found).path;
    return new BadException(
        "%s is %s: it must be %s"
            .formatted(
                place,
                found.isContainerNode()
                    ? (found.isArray() ? "an array" : "an object")
                    : Text.quote(found.asText()),
                must));
  }

  private Optional<JsonNode> child(String key) {
    JsonNode child = node.path(key);
    return child.isMissingNode() || child.isNull() ? Optional.empty() : Optional.of(child);
  }

  /** Returns an object in it, or one with nothing in it. */
  DoubtfulJson object(String key) throws BadException {
    Optional<JsonNode> child = child(key);
    if (child.isPresent() && !child.get().isObject()) {
      throw bad(key, child.get(), "an object");
    }
    return in(key, child.orElseGet(MAPPER::createObjectNode));
  }

  /** Returns the objects of an array in it. */
  List<DoubtfulJson> objects(String key) throws BadException {
    List<DoubtfulJson> objects = new ArrayList<>();
    for (JsonNode element : elements(key)) {
      if (!element.isObject()) {
        throw bad(key, element, "an object in each place");
      }
      objects.add(in("%s[%d]".formatted(key, objects.size()), element));
    }
    return objects;
  }

  /** Returns the texts of an array in it. */
  List<String> texts(String key) throws BadException {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : elements(key)) {
      if (!element.isTextual()) {
        throw bad(key, element, "a text in each place");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  private JsonNode elements(String key) throws BadException {
    Optional<JsonNode> child = child(key);
    if (child.isEmpty()) {
      return MAPPER.createArrayNode();
    }
    if (!child.get().isArray() || child.get().size() > MOST_ELEMENTS) {
      throw bad(key, child.get(), "an array of at most %,d elements".formatted(MOST_ELEMENTS));
    }
    return child.get();
  }

  /** Returns the names in it. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  Optional<String> text(String key) throws BadException {
    Optional<JsonNode> child = child(key);
    if (child.isPresent() && !child.get().isTextual()) {
      throw bad(key, child.get(), "a text");
    }
    return child.map(JsonNode::textValue);
  }

  /** Returns a number from 0 upwards that has an end. */
  OptionalDouble number(String key) throws BadException {
    Optional<JsonNode> child = child(key);
    if (child.isEmpty()) {
      return OptionalDouble.empty();
    }
    double value = child.get().doubleValue();
    if (!child.get().isNumber() || !(value >= 0 && value <= Double.MAX_VALUE)) {
      throw bad(key, child.get(), "a number from 0 upwards");
    }
    return OptionalDouble.of(value);
  }

  /** Returns a share. */
  OptionalDouble share(String key) throws BadException {
    OptionalDouble share = number(key);
    if (share.isPresent() && share.getAsDouble() > 1) {
      throw bad(key, node.path(key), "a number from 0 to 1");
    }
    return share;
  }

  /** Returns a whole number that a double holds. */
  OptionalLong count(String key) throws BadException {
    Optional<JsonNode> child = child(key);
    if (child.isEmpty()) {
      return OptionalLong.empty();
    }
    JsonNode found = child.get();
    if (!found.isIntegralNumber()
        || !found.canConvertToLong()
        || found.longValue() < 0
        || found.longValue() > 1L << 53) {
      throw bad(key, found, "a whole number from 0 to 2^53");
    }
    return OptionalLong.of(found.longValue());
  }
}
