package io.nightjar.model;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads architectures from the text of {@code model.json} and writes them; {@link ModelReader}
 * describes the format.
 */
final class ArchitectureJson {

  static final String FORMAT = "nightjar-model";
  static final int VERSION = 1;

  private static final List<String> KEYS =
      List.of("format", "version", "name", "task", "input", "layers", "classes", "calibration");
  private static final List<String> INPUT_KEYS = List.of("shape", "range", "features", "columns");

  private ArchitectureJson() {}

  static Architecture read(byte[] json) {
    Draft draft = new Draft();
    JsonInput.read(json, draft::read);
    return draft.finish();
  }

  static String write(Architecture architecture) {
    StringBuilder text = new StringBuilder("{\n");
    text.append("  \"format\": ").append(quote(FORMAT)).append(",\n");
    text.append("  \"version\": ").append(VERSION).append(",\n");
    text.append("  \"name\": ").append(quote(architecture.name())).append(",\n");
    text.append("  \"task\": ").append(quote(taskName(architecture.task()))).append(",\n");
    text.append("  \"input\": ").append(object(inputFields(architecture.input()))).append(",\n");
    text.append("  \"layers\": ")
        .append(
            architecture.layers().stream()
                .map(layer -> "    " + object(LayerJson.fields(layer)))
                .collect(Collectors.joining(",\n", "[\n", "\n  ]")));
    if (!architecture.classes().isEmpty()) {
      text.append(",\n  \"classes\": ").append(value(architecture.classes()));
    }
    if (!architecture.calibration().isEmpty()) {
      text.append(",\n  \"calibration\": ")
          .append(
              architecture.calibration().entrySet().stream()
                  .map(e -> "    " + quote(e.getKey()) + ": " + value(ends(e.getValue())))
                  .collect(Collectors.joining(",\n", "{\n", "\n  }")));
    }
    return text.append("\n}\n").toString();
  }

  private static Map<String, Object> inputFields(InputSpec input) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Shape shape = input.shape();
    fields.put(
        "shape",
        shape.isFlat()
            ? List.of(shape.channels())
            : List.of(shape.channels(), shape.height(), shape.width()));
    fields.put("range", ends(input.range()));
    if (!input.features().isEmpty()) {
      fields.put("features", input.features());
    }
    if (!input.columns().isEmpty()) {
      fields.put("columns", input.columns().stream().map(ColumnJson::fields).toList());
    }
    return fields;
  }

  private static List<Double> ends(Range range) {
    return List.of(range.low(), range.high());
  }

  private static String taskName(Task task) {
    return task.name().toLowerCase(Locale.ROOT);
  }

  private static String object(Map<?, ?> fields) {
    return fields.entrySet().stream()
        .map(field -> value(field.getKey()) + ": " + value(field.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String value(Object value) {
    if (value instanceof String text) {
      return quote(text);
    } else if (value instanceof Map<?, ?> fields) {
      return object(fields);
    } else if (value instanceof Collection<?> values) {
      return values.stream()
          .map(ArchitectureJson::value)
          .collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof Double number) {
      // Jackson's own algorithm gives the same digits on every JDK.
      return NumberOutput.toString(number, true);
    }
    return value.toString();
  }

  private static String quote(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /** The parts of an architecture that have been read so far. */
  private static final class Draft {

    private Optional<String> format = Optional.empty();
    private Optional<Long> version = Optional.empty();
    private Optional<String> name = Optional.empty();
    private Optional<Task> task = Optional.empty();
    private Optional<InputSpec> input = Optional.empty();
    private Optional<List<Layer>> layers = Optional.empty();
    private final List<String> classes = new ArrayList<>();
    private final Map<String, Range> calibration = new LinkedHashMap<>();

    void read(JsonInput json) {
      json.object(
          "",
          key -> {
            switch (key) {
              case "format" -> format = Optional.of(readFormat(json));
              case "version" -> version = Optional.of(readVersion(json));
              case "name" -> name = Optional.of(json.string("name"));
              case "task" -> task = Optional.of(readTask(json));
              case "input" -> input = Optional.of(readInput(json));
              case "layers" -> layers = Optional.of(readLayers(json));
              case "classes" -> readStrings(json, "classes", classes);
              case "calibration" ->
                  json.object(
                      "calibration",
                      layer ->
                          calibration.put(
                              layer, readRange(json, "calibration." + Text.key(layer))));
              default -> throw json.unknownKey("", key, KEYS);
            }
          });
    }

    Architecture finish() {
      require("format", format);
      require("version", version);
      return new Architecture(
          require("name", name),
          require("task", task),
          require("input", input),
          require("layers", layers),
          classes,
          calibration);
    }

    private static <T> T require(String key, Optional<T> value) {
      return value.orElseThrow(
          () -> new InvalidModelException("The key %s is missing".formatted(Text.quote(key))));
    }

    private static String readFormat(JsonInput json) {
      String format = json.string("format");
      if (!format.equals(FORMAT)) {
        throw json.invalid(
            "format is %s: it must be %s".formatted(Text.quote(format), Text.quote(FORMAT)));
      }
      return format;
    }

    private static long readVersion(JsonInput json) {
      long version = json.integer("version");
      if (version != VERSION) {
        throw json.invalid("version is %d: this program reads %d".formatted(version, VERSION));
      }
      return version;
    }

    private static Task readTask(JsonInput json) {
      String name = json.string("task");
      for (Task task : Task.values()) {
        if (taskName(task).equals(name)) {
          return task;
        }
      }
      throw json.invalid(
          "task is %s: it must be \"classification\" or \"regression\""
              .formatted(Text.quote(name)));
    }

    private static InputSpec readInput(JsonInput json) {
      List<Shape> shape = new ArrayList<>();
      List<Range> range = new ArrayList<>();
      List<String> features = new ArrayList<>();
      List<InputColumn> columns = new ArrayList<>();
      json.object(
          "input",
          key -> {
            switch (key) {
              case "shape" -> shape.add(readShape(json));
              case "range" -> range.add(readRange(json, "input.range"));
              case "features" -> readStrings(json, "input.features", features);
              case "columns" -> readBlock(json, columns);
              default -> throw json.unknownKey("input", key, INPUT_KEYS);
            }
          });
      if (shape.isEmpty() || range.isEmpty()) {
        throw json.invalid(
            "The key %s is missing in input"
                .formatted(shape.isEmpty() ? "\"shape\"" : "\"range\""));
      }
      return located(json, () -> new InputSpec(shape.get(0), range.get(0), features, columns));
    }

    private static void readBlock(JsonInput json, List<InputColumn> columns) {
      json.array(
          "input.columns",
          i -> {
            if (i >= Shape.MAX_SIZE) {
              throw json.invalid("input.columns has more than %d entries".formatted(i));
            }
            columns.add(ColumnJson.read(json, "input.columns[%d]".formatted(i)));
          });
    }

    private static Shape readShape(JsonInput json) {
      List<Integer> sides = new ArrayList<>();
      json.array(
          "input.shape",
          i -> {
            long side = json.integer("input.shape[%d]".formatted(i));
            if (i >= 3 || side < 1 || side > Shape.MAX_SIZE) {
              throw json.invalid(
                  "input.shape[%d] is %d: there are one or three sides from 1 to %d"
                      .formatted(i, side, Shape.MAX_SIZE));
            }
            sides.add((int) side);
          });
      if (sides.size() != 1 && sides.size() != 3) {
        throw json.invalid(
            "input.shape is %s: it must be [features], or [channels, height, width]"
                .formatted(sides));
      }
      return located(
          json,
          () ->
              sides.size() == 1
                  ? Shape.flat(sides.get(0))
                  : new Shape(sides.get(0), sides.get(1), sides.get(2)));
    }

    private static Range readRange(JsonInput json, String path) {
      List<Double> ends = new ArrayList<>();
      json.array(
          path,
          i -> {
            double end = json.number("%s[%d]".formatted(path, i));
            if (i >= 2) {
              throw json.invalid("%s has more than two ends".formatted(path));
            }
            ends.add(end);
          });
      if (ends.size() != 2) {
        throw json.invalid("%s is %s: it must be [low, high]".formatted(path, ends));
      }
      return located(json, () -> new Range(ends.get(0), ends.get(1)));
    }

    private static List<Layer> readLayers(JsonInput json) {
      List<Layer> layers = new ArrayList<>();
      json.array(
          "layers",
          i -> {
            if (i >= Architecture.MAX_LAYERS) {
              throw json.invalid(
                  "There are more than %d layers".formatted(Architecture.MAX_LAYERS));
            }
            layers.add(LayerJson.read(json, "layers[%d]".formatted(i)));
          });
      return layers;
    }

    private static void readStrings(JsonInput json, String path, List<String> strings) {
      json.array(
          path,
          i -> {
            if (i >= Shape.MAX_SIZE) {
              throw json.invalid("%s has more than %d entries".formatted(path, Shape.MAX_SIZE));
            }
            strings.add(json.string("%s[%d]".formatted(path, i)));
          });
    }

    /** Makes a value; if its type refuses it, the message also says where in the text it is. */
    private static <T> T located(JsonInput json, Supplier<T> value) {
      try {
        return value.get();
      } catch (InvalidModelException e) {
        throw json.invalid(e.getMessage());
      }
    }
  }
}
