package io.nightjar.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.model.Layer;
import io.nightjar.model.LayerJson;
import io.nightjar.model.Shape;
import java.util.List;
import java.util.Locale;

/**
 * Writes a plan as JSON with its keys in a fixed order, for machines to read, and for the digest
 * that both parties compare.
 */
public final class PlanJson {

  static final String FORMAT = "nightjar-plan";
  static final int VERSION = 3;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PlanJson() {}

  /** Returns the plan as one line of JSON. */
  public static String write(Plan plan) {
    try {
      return MAPPER.writeValueAsString(tree(plan));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A plan that cannot be written as JSON", e);
    }
  }

  /** Returns the plan as a tree. */
  public static ObjectNode tree(Plan plan) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT).put("version", VERSION);
    json.put("protocol", plan.protocol()).put("modelPrivacy", plan.privacy().text());
    json.put("model", plan.model());
    json.put("task", name(plan.task()));
    plan.classes().forEach(json.putArray("classes")::add);
    InputJson.write(json.putObject("input"), plan.input());
    plan.sheet().writeEncryption(json);
    json.put("draws", plan.draws()).put("clipSigmas", plan.clipSigmas());
    json.put("activationBits", plan.activationBits()).put("weightBits", plan.weightBits());
    json.put("batchSize", plan.batchSize());
    json.put("noiseMarginBits", plan.noiseMarginBits());
    json.put("bytesUpPerRecord", plan.bytesUpPerRecord());
    json.put("bytesDownPerRecord", plan.bytesDownPerRecord());
    json.put("keyBytes", plan.sheet().keyBytes());
    layers(json.putArray("preparation"), plan.preparation());
    ArrayNode rounds = json.putArray("rounds");
    plan.rounds().forEach(round -> round(rounds.addObject(), plan, round));
    plan.sheet().writeRest(json, plan);
    return json;
  }

  private static void round(ObjectNode json, Plan plan, Round round) {
    json.put("index", round.index()).put("title", round.title()).put("result", round.result());
    shape(json.putArray("input"), round.input());
    shape(json.putArray("output"), round.output());
    json.put("inputScale", round.inputs().scale());
    json.putArray("inputRange").add(round.inputs().low()).add(round.inputs().high());
    round.outputScales().forEach(json.putArray("outputScales")::add);
    json.put("bound", round.bound()).put("plainLimit", plan.sheet().plainLimit().orElse(0));
    json.put("noiseMarginBits", round.noiseMarginBits());
    json.put("rows", round.rows()).put("terms", round.terms());
    json.put("positions", round.positions()).put("products", round.products());
    json.put("bytesUpPerRecord", plan.bytesUpPerRecord(round));
    json.put("bytesDownPerRecord", plan.bytesDownPerRecord(round));
    layers(json.putArray("activations"), round.activations());
  }

  /** Writes a shape as an array of channels, height and width. */
  public static void shape(ArrayNode json, Shape shape) {
    json.add(shape.channels()).add(shape.height()).add(shape.width());
  }

  private static void layers(ArrayNode json, List<Layer> layers) {
    layers.forEach(layer -> json.add(MAPPER.valueToTree(LayerJson.fields(layer))));
  }

  /** Returns how the name of a constant is written. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
