package io.nightjar.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightjar.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says in which fields of their JSON two plans differ, for people who thought that they are the
 * same.
 *
 * <p>What somebody has chosen comes first, and with it nothing else: all other fields follow from
 * what was chosen and from the model. Those are named without their values, for layers and bounds
 * come from what a model was trained to.
 */
public final class PlanDifference {

  /** The fields that a model or an option decides, those that people know first. */
  private static final List<String> CHOSEN =
      List.of(
          "version",
          "protocol",
          "modelPrivacy",
          "model",
          "draws",
          "clipSigmas",
          "activationBits",
          "weightBits",
          "task",
          "classes",
          "input",
          "parameters",
          "batchSize");

  private static final int MOST_NAMED = 4;

  private PlanDifference() {}

  /**
   * Returns the difference in words, such as {@code draws is 8 here and 4 there}; empty if there is
   * none.
   *
   * @param here what is said after a value of the first, such as "in plan.json"
   * @param there what is said after a value of the second
   */
  public static String of(Plan first, String here, Plan second, String there) {
    return of(PlanJson.tree(first), here, PlanJson.tree(second), there);
  }

  /** Returns the same of plans as they were written. */
  public static String of(JsonNode first, String here, JsonNode second, String there) {
    List<String> found = new ArrayList<>();
    for (String name : CHOSEN) {
      chosen(name, first.path(name), here, second.path(name), there, found);
    }
    if (found.isEmpty()) {
      Set<String> names = new LinkedHashSet<>();
      names(first).forEach(name -> follows(name, first.path(name), second.path(name), names));
      names(second).stream()
          .filter(name -> !first.has(name))
          .forEach(name -> follows(name, first.path(name), second.path(name), names));
      names.forEach(name -> found.add(name + " differs"));
    }
    int more = found.size() - MOST_NAMED;
    return found.stream().limit(MOST_NAMED).collect(Collectors.joining("; "))
        + (more > 0 ? "; and %d more".formatted(more) : "");
  }

  private static void chosen(
      String name, JsonNode first, String here, JsonNode second, String there, List<String> found) {
    if (first.equals(second)) {
      return;
    }
    if (first.isObject() && second.isObject()) {
      Set<String> names = new LinkedHashSet<>(names(first));
      names.addAll(names(second));
      for (String one : names) {
        chosen(name + "." + one, first.path(one), here, second.path(one), there, found);
      }
    } else if (first.isArray() && second.isArray() && first.size() == second.size()) {
      for (int i = 0; i < first.size(); i++) {
        chosen("%s[%d]".formatted(name, i), first.path(i), here, second.path(i), there, found);
      }
    } else {
      found.add("%s is %s %s and %s %s".formatted(name, text(first), here, text(second), there));
    }
  }

  /** Adds the names of what differs, down to the fields of each round and no further. */
  private static void follows(String name, JsonNode first, JsonNode second, Set<String> names) {
    if (first.equals(second)) {
      return;
    }
    boolean rounds = name.equals("rounds") && first.size() == second.size();
    if (!rounds) {
      names.add(name);
      return;
    }
    for (int i = 0; i < first.size(); i++) {
      Set<String> fields = new TreeSet<>(names(first.path(i)));
      fields.addAll(names(second.path(i)));
      for (String field : fields) {
        if (!first.path(i).path(field).equals(second.path(i).path(field))) {
          names.add("rounds[%d].%s".formatted(i, field));
        }
      }
    }
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String text(JsonNode value) {
    if (value.isMissingNode()) {
      return "missing";
    } else if (value.isTextual()) {
      return Text.quote(value.asText());
    } else if (value.isArray()) {
      return "a list of %d".formatted(value.size());
    }
    return value.isObject() ? "an object" : value.asText();
  }
}
