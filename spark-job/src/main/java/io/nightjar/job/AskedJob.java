package io.nightjar.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.model.Text;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDifference;
import io.nightjar.plan.PlanJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a job was asked for, as far as it may be said: kept beside the digest that tells jobs apart,
 * to say in what another one differs, and to know the same one again without reading its records.
 * Of those it has their number, and of their files what {@link InputStamp} makes of them.
 */
final class AskedJob {

  private static final String RECORDS = "records";
  private static final String INPUT = "input";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ObjectNode json;

  private AskedJob(ObjectNode json) {
    this.json = json;
  }

  /**
   * Returns what is asked for now.
   *
   * @param form what becomes of the results
   * @param rest who evaluates it, and under which key
   */
  static AskedJob of(Plan plan, String form, String rest) {
    ObjectNode json = MAPPER.createObjectNode();
    json.set("plan", PlanJson.tree(plan));
    json.put("results", form).put("by", rest);
    // As it is read again, so that the numbers of both are of the same types.
    return read(write(json)).orElseThrow();
  }

  /** Returns what was kept; nothing if it cannot be read, for nothing depends on it. */
  static Optional<AskedJob> read(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes) instanceof ObjectNode object
          ? Optional.of(new AskedJob(object))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the same of so many records. */
  AskedJob of(long records) {
    return with(JsonNodeFactory.instance.numberNode(records), RECORDS);
  }

  /** Returns the same of an input with a stamp, if it has one. */
  AskedJob of(Optional<String> stamp) {
    return stamp.isPresent() ? with(JsonNodeFactory.instance.textNode(stamp.get()), INPUT) : this;
  }

  private AskedJob with(JsonNode value, String name) {
    ObjectNode more = json.deepCopy();
    more.set(name, value);
    return read(write(more)).orElseThrow();
  }

  /**
   * Returns whether what is asked for now is the same for sure, whose records nobody has counted.
   */
  boolean isSame(AskedJob now) {
    ObjectNode uncounted = json.deepCopy();
    uncounted.remove(RECORDS);
    return json.path(INPUT).isTextual() && uncounted.equals(now.json);
  }

  byte[] write() {
    return write(json);
  }

  private static byte[] write(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree that cannot be written as JSON", e);
    }
  }

  /** Returns in what one that is asked for now differs, in words. */
  String difference(AskedJob now) {
    List<String> found = new ArrayList<>();
    String plans = PlanDifference.of(json.path("plan"), "there", now.json.path("plan"), "here");
    if (!plans.isEmpty()) {
      found.add(plans);
    }
    for (String name : List.of(RECORDS, "results")) {
      if (!json.path(name).equals(now.json.path(name))) {
        found.add(
            "%s: %s there and %s here".formatted(name, text(json, name), text(now.json, name)));
      }
    }
    if (!json.path("by").equals(now.json.path("by"))) {
      found.add(by(json.path("by").asText(), now.json.path("by").asText()));
    }
    return found.isEmpty() ? "the records are others" : String.join("; ", found);
  }

  /** Says how what evaluates a job differs; of a model, only that it does. */
  private static String by(String there, String here) {
    boolean keys = there.endsWith(" keys") != here.endsWith(" keys");
    boolean scored = there.startsWith("score ") && here.startsWith("score ");
    if (scored && keys) {
      return there.endsWith(" keys")
          ? "it was begun with --keys, which are not given"
          : "it was begun without --keys";
    }
    return scored
        ? "the model's files have changed, or are another's"
        : "it was begun as %s, and this is %s".formatted(Text.quote(there), Text.quote(here));
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).isTextual()
        ? Text.quote(json.path(name).asText())
        : json.path(name).asText();
  }
}
