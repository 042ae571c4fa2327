package io.nightjar.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Layer;
import io.nightjar.model.LayerJson;
import io.nightjar.model.Task;
import java.util.List;

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
   * Reads a plan for use.
   *
   * @param sheets what knows the protocols' sheets
   * @param least what the plan's parameters must come up to
   * @throws InvalidPlanException if anything is not as it must be
   */
  public static Plan read(String json, SheetReader sheets, Security least) {
    String text = json.strip();
    if (text.length() > MAX_CHARACTERS) {
      throw new InvalidPlanException(
          "The plan has %d characters; at most %d are read"
              .formatted(text.length(), MAX_CHARACTERS));
    }
    Plan plan;
    try {
      plan = plan(new PlanNode("plan", MAPPER.readTree(text)), sheets);
    } catch (JsonProcessingException e) {
      throw new InvalidPlanException("The plan is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (InvalidModelException
        | InvalidParametersException
        | IllegalArgumentException
        | ArithmeticException e) { // the last for a number that no int holds
      throw new InvalidPlanException("The plan is not valid: " + e.getMessage(), e);
    }
    PlanChecks.check(plan, least);
    if (!PlanJson.write(plan).equals(text)) {
      throw new InvalidPlanException(
          "The plan is not written as this program writes it: it has unknown fields, or numbers that contradict each other");
    }
    return plan;
  }

  private static Plan plan(PlanNode json, SheetReader sheets) {
    json.require("format", PlanJson.FORMAT);
    json.require("version", Integer.toString(PlanJson.VERSION));
    String protocol = json.text("protocol");
    Sheet sheet =
        sheets
            .read(protocol, json)
            .orElseThrow(
                () ->
                    new InvalidPlanException(
                        "The plan does not fit together: its protocol is '%s'"
                            .formatted(protocol)));
    PlanHeader header =
        new PlanHeader(
            protocol,
            json.constant("modelPrivacy", ModelPrivacy.values()),
            json.text("model"),
            json.constant("task", Task.values()),
            json.list("classes", PlanNode::text),
            InputJson.read(json.get("input")),
            json.integer("draws"),
            json.number("clipSigmas"),
            json.integer("activationBits"),
            json.integer("weightBits"),
            json.list("preparation", PlanReader::layer));
    return new Plan(header, json.list("rounds", PlanReader::round), sheet);
  }

  private static Round round(PlanNode json) {
    List<Integer> range = json.list("inputRange", node -> Math.toIntExact(node.whole()));
    if (range.size() != 2) {
      throw json.invalid("inputRange", "must be [low, high]");
    }
    return new Round(
        json.integer("index"),
        json.text("title"),
        json.text("result"),
        json.get("input").shape(),
        json.get("output").shape(),
        new Quantiser(json.number("inputScale"), range.get(0), range.get(1)),
        json.list("outputScales", PlanNode::real),
        json.get("bound").whole(),
        json.number("noiseMarginBits"),
        json.integer("rows"),
        json.integer("terms"),
        json.integer("positions"),
        json.get("products").whole(),
        json.list("activations", PlanReader::layer));
  }

  private static Layer layer(PlanNode json) {
    return LayerJson.of(json.path(), json.fields());
  }
}
