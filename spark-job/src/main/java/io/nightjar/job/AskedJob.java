package io.nightjar.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * to say in what another one differs. Of the records it has their number alone.
 */
final class AskedJob {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonNode json;

  private AskedJob(JsonNode json) {
    this.json = json;
  }

  /**
   * Returns what is asked for now.
   *
   * @param form what becomes of the results
   * @param rest who evaluates it, and under which key
   */
  static AskedJob of(Plan plan, long records, String form, String rest) {
    ObjectNode json = MAPPER.createObjectNode();
    json.set("plan", PlanJson.tree(plan));
    json.put("records", records).put("results", form).put("by", rest);
    // As it is read again, so that the numbers of both are of the same types.
    return read(write(json)).orElseThrow();
  }

  /** Returns what was kept; nothing if it cannot be read, for nothing depends on it. */
  static Optional<AskedJob> read(byte[] bytes) {
    try {
      return Optional.of(MAPPER.readTree(bytes)).filter(JsonNode::isObject).map(AskedJob::new);
    } catch (IOException e) {
      return Optional.empty();
    }
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
    for (String name : List.of("records", "results")) {
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
