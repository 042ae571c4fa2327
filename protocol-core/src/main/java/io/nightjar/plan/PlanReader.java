package io.nightjar.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.Form;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.crypto.Scheme;
import io.nightjar.model.ColumnJson;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Layer;
import io.nightjar.model.LayerJson;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Reads a plan that another party wrote.
 *
 * <p>A plan tells the data owner what to compute and to send, so nothing in it is taken on trust:
 * the text must be exactly what {@link PlanJson} writes for the plan that was read, which leaves no
 * room for unknown, repeated or contradicting fields, and {@link PlanChecks} asks whether it fits
 * together.
 */
public final class PlanReader {

  /** The longest text that is read, in characters. */
  public static final int MAX_CHARACTERS = 16 << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(64)
                          .maxStringLength(4096)
                          .build())
                  .build())
          .build();

  private PlanReader() {}

  /**
   * Reads a plan for use: its parameters must have 128-bit security.
   *
   * @throws InvalidPlanException if anything is not as it must be
   */
  public static Plan read(String json) {
    return read(json, PlanOptions.Security.STANDARD);
  }

  /** Reads a plan whose parameters have at least this security. */
  public static Plan read(String json, PlanOptions.Security least) {
    String text = json.strip();
    if (text.length() > MAX_CHARACTERS) {
      throw new InvalidPlanException(
          "The plan has %d characters; at most %d are read"
              .formatted(text.length(), MAX_CHARACTERS));
    }
    Plan plan;
    try {
      plan = plan(new Node("plan", MAPPER.readTree(text)));
    } catch (JsonProcessingException e) {
      throw new InvalidPlanException("The plan is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (InvalidModelException
        | InvalidParametersException
        | IllegalArgumentException
        | ArithmeticException e) { // a number that no int holds
      throw new InvalidPlanException("The plan is not valid: " + e.getMessage(), e);
    }
    PlanChecks.check(plan, least);
    if (!PlanJson.write(plan).equals(text)) {
      throw new InvalidPlanException(
          "The plan is not written as this program writes it: it has unknown fields, or numbers that contradict each other");
    }
    return plan;
  }

  private static Plan plan(Node json) {
    json.require("format", PlanJson.FORMAT);
    json.require("version", Integer.toString(PlanJson.VERSION));
    Node input = json.get("input");
    return new Plan(
        json.text("protocol"),
        json.constant("modelPrivacy", ModelPrivacy.values()),
        json.text("model"),
        json.constant("task", Task.values()),
        json.list("classes", Node::text),
        new InputSpec(
            shape(input.get("shape")),
            range(input.get("range")),
            input.list("features", Node::text),
            input.value.has("columns") ? input.list("columns", PlanReader::column) : List.of()),
        parameters(json.get("parameters")),
        json.value.has("packing")
            ? json.constant("packing", Packing.values())
            : Packing.COEFFICIENTS,
        json.value.has("form") ? json.constant("form", Form.values()) : Form.COEFFICIENT,
        json.value.has("resultLimbs") ? json.integer("resultLimbs") : 0,
        json.value.has("floodBits") ? json.integer("floodBits") : 0,
        json.integer("draws"),
        json.number("clipSigmas"),
        json.integer("activationBits"),
        json.integer("weightBits"),
        json.list("preparation", PlanReader::layer),
        json.list("rounds", PlanReader::round),
        json.value.has("scaleBits") ? json.integer("scaleBits") : 0,
        json.value.has("levels") ? json.list("levels", PlanReader::level) : List.of());
  }

  private static EncryptionParameters parameters(Node json) {
    if (json.text("scheme").equals(PlanJson.PAILLIER)) {
      return new PaillierParameters(json.integer("modulusBits"), json.integer("fieldBits"));
    }
    return HeParameters.ofExplicitPrimes(
        json.constant("scheme", Scheme.values()),
        json.integer("ringDegree"),
        json.list("primes", Node::whole),
        json.get("plainModulus").whole(),
        json.integer("securityBits"));
  }

  private static Round round(Node json) {
    List<Integer> range = json.list("inputRange", node -> Math.toIntExact(node.whole()));
    if (range.size() != 2) {
      throw json.invalid("inputRange", "must be [low, high]");
    }
    return new Round(
        json.integer("index"),
        json.text("title"),
        json.text("result"),
        shape(json.get("input")),
        shape(json.get("output")),
        new Quantiser(json.number("inputScale"), range.get(0), range.get(1)),
        json.list("outputScales", Node::real),
        json.get("bound").whole(),
        json.number("noiseMarginBits"),
        json.integer("rows"),
        json.integer("terms"),
        json.integer("positions"),
        json.get("products").whole(),
        json.list("activations", PlanReader::layer));
  }

  private static SealedLevel level(Node json) {
    return new SealedLevel(
        json.integer("index"),
        json.text("title"),
        shape(json.get("input")),
        shape(json.get("output")),
        json.integer("rows"),
        json.integer("terms"),
        json.integer("positions"),
        json.bool("squared"),
        json.integer("limbs"),
        json.integer("dropped"),
        json.number("range"),
        json.number("error"));
  }

  private static Layer layer(Node json) {
    return LayerJson.of(json.path, fields(json));
  }

  private static InputColumn column(Node json) {
    return ColumnJson.of(json.path, fields(json));
  }

  private static Map<String, Object> fields(Node json) {
    Map<String, Object> values = new LinkedHashMap<>();
    json.value.properties().forEach(field -> values.put(field.getKey(), plain(field.getValue())));
    return values;
  }

  private static Object plain(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false).map(PlanReader::plain).toList();
    } else if (value.isTextual()) {
      return value.textValue();
    } else if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    } else if (value.isNumber()) {
      return value.doubleValue();
    }
    return value.isBoolean() ? value.booleanValue() : value;
  }

  private static Shape shape(Node json) {
    List<Integer> sides = json.elements(node -> Math.toIntExact(node.whole()));
    if (sides.size() != 3) {
      throw new InvalidPlanException(json.path + " must be [channels, height, width]");
    }
    return new Shape(sides.get(0), sides.get(1), sides.get(2));
  }

  private static Range range(Node json) {
    List<Double> ends = json.elements(Node::real);
    if (ends.size() != 2) {
      throw new InvalidPlanException(json.path + " must be [low, high]");
    }
    return new Range(ends.get(0), ends.get(1));
  }

  /** A value with its place, for messages. */
  private record Node(String path, JsonNode value) {

    Node get(String key) {
      JsonNode child = value.get(key);
      if (child == null) {
        throw invalid(key, "is missing");
      }
      return new Node(path + "." + key, child);
    }

    void require(String key, String expected) {
      String found = get(key).value.asText();
      if (!found.equals(expected)) {
        throw invalid(key, "is '%s'; it must be '%s'".formatted(found, expected));
      }
    }

    String text(String key) {
      return get(key).text();
    }

    String text() {
      if (!value.isTextual()) {
        throw new InvalidPlanException(path + " must be a string");
      }
      return value.textValue();
    }

    int integer(String key) {
      return Math.toIntExact(get(key).whole());
    }

    long whole() {
      if (!value.isIntegralNumber() || !value.canConvertToLong()) {
        throw new InvalidPlanException(path + " must be a whole number");
      }
      return value.longValue();
    }

    boolean bool(String key) {
      JsonNode found = get(key).value;
      if (!found.isBoolean()) {
        throw invalid(key, "must be true or false");
      }
      return found.booleanValue();
    }

    double number(String key) {
      return get(key).real();
    }

    double real() {
      if (!value.isNumber()) {
        throw new InvalidPlanException(path + " must be a number");
      }
      return value.doubleValue();
    }

    <E extends Enum<E>> E constant(String key, E[] values) {
      String name = text(key);
      for (E constant : values) {
        if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
          return constant;
        }
      }
      throw invalid(key, "must be one of " + List.of(values));
    }

    <T> List<T> list(String key, Function<Node, T> element) {
      return get(key).elements(element);
    }

    <T> List<T> elements(Function<Node, T> element) {
      if (!value.isArray()) {
        throw new InvalidPlanException(path + " must be an array");
      }
      List<T> elements = new ArrayList<>();
      for (JsonNode child : value) {
        elements.add(element.apply(new Node(path + "[" + elements.size() + "]", child)));
      }
      return elements;
    }

    InvalidPlanException invalid(String key, String what) {
      return new InvalidPlanException("%s.%s %s".formatted(path, key, what));
    }
  }
}
