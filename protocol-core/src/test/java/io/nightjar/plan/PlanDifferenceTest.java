package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.protocol.PlanOptions;
import org.junit.jupiter.api.Test;

class PlanDifferenceTest {

  private static final ObjectNode PLAN =
      PlanJson.tree(new Bayhenn().plan(SampleModels.lenet(), PlanOptions.DEFAULT));

  private final ObjectNode other = PLAN.deepCopy();

  private String difference() {
    return PlanDifference.of(PLAN, "here", other, "there");
  }

  @Test
  void equalPlansDoNotDiffer() {
    assertEquals("", difference());
  }

  @Test
  void whatWasChosenIsNamedWithBothValuesAndWhatFollowsIsNot() {
    other.put("draws", 7).put("model", "ano\nther").put("keyBytes", 1);
    ((ObjectNode) other.path("parameters")).put("ringDegree", 65536);

    assertEquals(
        "model is \"lenet\" here and \"ano\\u000ather\" there; draws is %d here and 7 there; parameters.ringDegree is 2048 here and 65536 there"
            .formatted(PLAN.path("draws").asInt()),
        difference());
  }

  @Test
  void fieldsThatAreMissingAreNoSecretEither() {
    other.remove("weightBits");
    ((ArrayNode) other.path("classes")).add("new");

    assertEquals(
        "weightBits is 8 here and missing there; classes is a list of 10 here and a list of 11 there",
        difference());
  }

  /** Bounds and layers come from weights. */
  @Test
  void whatFollowsFromWeightsIsNamedWithoutItsValues() {
    ((ObjectNode) other.at("/rounds/1")).put("bound", 424242);
    ((ObjectNode) other.at("/rounds/0")).putArray("activations").add(0.123456);

    assertEquals("rounds[0].activations differs; rounds[1].bound differs", difference());
  }

  @Test
  void noMoreThanAFewAreNamed() {
    for (String name : new String[] {"protocol", "task", "draws", "batchSize", "weightBits"}) {
      other.put(name, -1);
    }
    assertTrue(difference().endsWith("; and 1 more"), difference());
    assertFalse(difference().contains("batchSize"), difference());
  }
}
