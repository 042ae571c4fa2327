package io.nightjar.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.model.ColumnJson;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import java.util.List;

/** The input of a network as JSON, as it stands in a plan. */
public final class InputJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private InputJson() {}

  /** Returns an input as one line of JSON. */
  public static String write(InputSpec input) {
    ObjectNode json = MAPPER.createObjectNode();
    write(json, input);
    return json.toString();
  }

  /** Returns what {@link #write} wrote in a process of this program. */
  public static InputSpec read(String json) {
    try {
      return read(new PlanNode("input", MAPPER.readTree(json)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("An input that is no JSON", e);
    }
  }

  static void write(ObjectNode json, InputSpec input) {
    PlanJson.shape(json.putArray("shape"), input.shape());
    json.putArray("range").add(input.range().low()).add(input.range().high());
    input.features().forEach(json.putArray("features")::add);
    if (!input.columns().isEmpty()) {
      ArrayNode columns = json.putArray("columns");
      input.columns().forEach(column -> columns.add(MAPPER.valueToTree(ColumnJson.fields(column))));
    }
  }

  static InputSpec read(PlanNode json) {
    return new InputSpec(
        json.get("shape").shape(),
        range(json.get("range")),
        json.list("features", PlanNode::text),
        json.has("columns")
            ? json.list("columns", column -> ColumnJson.of(column.path(), column.fields()))
            : List.of());
  }

  private static Range range(PlanNode json) {
    List<Double> ends = json.elements(PlanNode::real);
    if (ends.size() != 2) {
      throw new InvalidPlanException(json.path() + " must be [low, high]");
    }
    return new Range(ends.get(0), ends.get(1));
  }
}
