package io.nightjar.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Reads strict JSON from another party value by value: whatever is not expected at its place is
 * refused there, before anything is built of it.
 *
 * <p>The caller names the place of each value by a path such as {@code layers[2].kernel}, which
 * messages repeat.
 */
final class JsonInput {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Another party could fill a table of names with its own.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // NaN and infinities are read, so that they are refused here, in a message with their
          // place.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNumberLength(64)
                  .maxNameLength(4096)
                  .maxStringLength(4096)
                  .build())
          .build();

  private final JsonParser parser;

  private JsonInput(JsonParser parser) {
    this.parser = parser;
  }

  /** Reads one JSON document and nothing after it. */
  static void read(byte[] utf8, Consumer<JsonInput> reader) {
    try (JsonParser parser = FACTORY.createParser(decode(utf8))) {
      JsonInput input = new JsonInput(parser);
      if (input.advance() == null) {
        throw new InvalidModelException("It is empty, not a JSON object");
      }
      reader.accept(input);
      if (input.advance() != null) {
        throw input.invalid("There is something after the end of the JSON object");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot fail to be read", e);
    }
  }

  private static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidModelException("It is not UTF-8 text", e);
    }
  }

  /** Reads an object; the consumer is given each key and reads its value. */
  void object(String path, Consumer<String> onKey) {
    expect(path, JsonToken.START_OBJECT, "an object");
    Set<String> seen = new HashSet<>();
    while (advance() != JsonToken.END_OBJECT) {
      String key = text();
      if (!seen.add(key)) {
        throw invalid("The key %s is given more than once".formatted(in(path, key)));
      }
      advance();
      onKey.accept(key);
    }
  }

  /** Returns whether an array begins here. */
  boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  /** Reads an array; the consumer is given each index and reads its element. */
  void array(String path, IntConsumer onElement) {
    expect(path, JsonToken.START_ARRAY, "an array");
    for (int i = 0; advance() != JsonToken.END_ARRAY; i++) {
      onElement.accept(i);
    }
  }

  String string(String path) {
    expect(path, JsonToken.VALUE_STRING, "a string");
    return text();
  }

  boolean bool(String path) {
    if (!parser.currentToken().isBoolean()) {
      throw unexpected(path, "true or false");
    }
    return parser.currentToken() == JsonToken.VALUE_TRUE;
  }

  long integer(String path) {
    expect(path, JsonToken.VALUE_NUMBER_INT, "an integer");
    return parsed(
        () -> {
          if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw invalid("%s is %s: it is too large".formatted(path, parser.getText()));
          }
          return parser.getLongValue();
        });
  }

  double number(String path) {
    if (!parser.currentToken().isNumeric()) {
      throw unexpected(path, "a number");
    }
    return parsed(
        () -> {
          double value = parser.getDoubleValue();
          if (!Double.isFinite(value)) {
            throw invalid("%s is %s: it must be finite".formatted(path, parser.getText()));
          }
          return value;
        });
  }

  /** Returns a value as a String, Boolean, Long or Double; objects, arrays and null are refused. */
  Object scalar(String path) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      return string(path);
    } else if (token.isBoolean()) {
      return bool(path);
    } else if (token == JsonToken.VALUE_NUMBER_INT) {
      return integer(path);
    } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      return number(path);
    }
    throw unexpected(path, "a string, a number, true or false");
  }

  /** Returns the exception that refuses a key because it means nothing at this place. */
  InvalidModelException unknownKey(String path, String key, Collection<String> known) {
    return invalid("Unknown key %s%s".formatted(in(path, key), Text.suggestion(key, known)));
  }

  /** Returns an exception that says where in the text the fault is. */
  InvalidModelException invalid(String message) {
    return new InvalidModelException(at(parser.currentTokenLocation()) + message);
  }

  private static String in(String path, String key) {
    return path.isEmpty() ? Text.quote(key) : "%s in %s".formatted(Text.quote(key), path);
  }

  private static String at(JsonLocation location) {
    return location == null
        ? ""
        : "line %d, column %d: ".formatted(location.getLineNr(), location.getColumnNr());
  }

  private void expect(String path, JsonToken token, String what) {
    if (parser.currentToken() != token) {
      throw unexpected(path, what);
    }
  }

  private InvalidModelException unexpected(String path, String what) {
    String found =
        switch (parser.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_NULL -> "null";
          default -> parser.currentToken().isNumeric() ? text() : Text.quote(text());
        };
    return invalid(
        "%s is %s: it must be %s".formatted(path.isEmpty() ? "The text" : path, found, what));
  }

  private String text() {
    return parsed(parser::getText);
  }

  private JsonToken advance() {
    return parsed(parser::nextToken);
  }

  private <T> T parsed(Call<T> call) {
    try {
      return call.get();
    } catch (JsonEOFException e) {
      throw new InvalidModelException(
          at(e.getLocation()) + "not valid JSON: the text ends here", e);
    } catch (JsonProcessingException e) {
      throw new InvalidModelException(
          at(e.getLocation()) + "not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot fail to be read", e);
    }
  }

  private interface Call<T> {
    T get() throws IOException;
  }
}
