package io.nightjar.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;

/**
 * Writes and reads records as JSON on one line. What is read must be, byte for byte, what would be
 * written for it, which leaves no room for unknown, repeated or missing fields.
 */
public final class ExchangeJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(32)
                          .maxStringLength(4096)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private ExchangeJson() {}

  /** Returns a record as JSON. */
  public static byte[] write(Object value) {
    try {
      return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("This cannot be written as JSON: " + value, e);
    }
  }

  /**
   * Returns where JSON is malformed. Jackson's own message would quote what another party wrote.
   */
  private static String place(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : ": line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  /**
   * Reads a record from what is in a file.
   *
   * @throws ExchangeException if it is malformed; the message names the file
   */
  static <T> T read(Path path, byte[] json, Class<T> type) {
    try {
      return read(json, type);
    } catch (ExchangeException e) {
      throw new ExchangeException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * Reads a record.
   *
   * @throws ExchangeException if it is malformed; the message does not name the file
   */
  public static <T> T read(byte[] json, Class<T> type) {
    T value;
    try {
      value = MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof ExchangeException cause) {
        throw cause;
      }
      throw new ExchangeException("not the JSON that it must be" + place(e), e);
    } catch (IOException e) {
      throw new ExchangeException("not the JSON that it must be", e);
    }
    if (value == null || !Arrays.equals(write(value), json)) {
      throw new ExchangeException("not written as this program writes it");
    }
    return value;
  }
}
