package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.model.Posterior;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocols.Protocols;
import io.nightjar.protocols.Trial;
import io.nightjar.testing.Slow;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that plans of another party are read or refused, and nothing between. */
class PlanReaderTest {

  private static final String LENET =
      PlanJson.write(new Bayhenn().plan(SampleModels.lenet(), PlanOptions.DEFAULT.withDraws(8)));

  private static final String TABLE =
      PlanJson.write(new Bayhenn().plan(SampleModels.table(), PlanOptions.DEFAULT.withDraws(2)));

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Provide
  Arbitrary<Trial> ofIntegers() {
    return Arbitraries.of(Trial.ofIntegers());
  }

  @Property(tries = 600)
  void aPlanIsReadAsItWasWritten(
      @ForAll("ofIntegers") Trial trial, @ForAll("networks") RandomNetworks.Recipe recipe) {
    Plan plan;
    try {
      plan = trial.plan(RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD)));
    } catch (PlanRefusedException e) {
      Assume.that(false);
      return;
    }

    Plan read = Protocols.readPlan(PlanJson.write(plan), Security.ANY);

    assertEquals(plan, read);
    assertEquals(PlanDigest.of(plan), PlanDigest.of(read));
  }

  @Test
  void aPlanForUseIsRead() {
    assertEquals(LENET, PlanJson.write(Protocols.readPlan(LENET + "\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"protocol\":\"bayhenn\" | \"protocol\":\"other\" | protocol is 'other'",
        "\"draws\":8 | \"draws\":65 | The draws must be from 1 to 64, not 65",
        "\"draws\":8 | \"draws\":0 | The draws must be from 1 to 64, not 0",
        "\"activationBits\":8 | \"activationBits\":13 | The activation bits must be from 2 to 12, not 13",
        "\"weightBits\":8 | \"weightBits\":21 | The weight bits must be from 2 to 20, not 21",
        "\"clipSigmas\":4.0 | \"clipSigmas\":9.0 | The clip must be above 0 and at most 8 sigmas, not 9.0",
        "\"draws\":8 | \"draws\":\"8\" | plan.draws must be a whole number",
        "\"draws\":8 | \"draws\":8,\"draws\":8 | Duplicate",
        "\"draws\":8 | \"draws\":8,\"extra\":1 | unknown fields",
        "\"securityBits\":128 | \"securityBits\":0 | no 128-bit security",
        "\"ringDegree\":2048 | \"ringDegree\":1024 | not valid",
        "\"ringDegree\":2048 | \"ringDegree\":99999999999 | integer overflow",
        "\"plainModulus\":4194304 | \"plainModulus\":2048 | plain modulus",
        "\"plainModulus\":4194304 | \"plainModulus\":8388608 | contradict",
        "\"input\":[1,28,28],\"output\":[6,14,14] | \"input\":[1,28,27],\"output\":[6,14,14] | takes 1x28x27",
        "\"output\":[6,14,14] | \"output\":[6,14,15] | contradict",
        "\"rows\":6 | \"rows\":7 | contradict",
        "\"terms\":36 | \"terms\":37 | contradict",
        "\"index\":1 | \"index\":2 | has the number 2",
        "\"inputRange\":[0,255] | \"inputRange\":[0,256000] | has inputs up to 256",
        "\"inputRange\":[0,255] | \"inputRange\":[0] | must be [low, high]",
        "\"type\":\"relu\" | \"type\":\"telu\" | must be one of",
        "\"type\":\"relu\" | \"type\":\"quadratic\",\"a\":0,\"b\":1,\"c\":2 | a is 0",
        "\"result\":\"pool2\" | \"result\":\"relu1\" | Two layers are called",
        "\"title\":\"conv1 + pool1\" | \"title\":\"a\\nb\" | plain text",
        "\"classes\":[\"0\", | \"classes\":[\"0\",\"x\", | 10 outputs for 11 classes",
        "\"packing\":\"coefficients\" | \"packing\":\"none\" | plan.packing must be one of",
        "\"format\":\"nightjar-plan\" | \"format\":\"x\" | must be 'nightjar-plan'",
        "\"noiseMarginBits\" | \"noiseMarginbits\" | is missing",
      })
  void whatDoesNotFitIsRefusedByName(String part, String changed, String reason) {
    assertRefused(LENET, part, changed, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"type\":\"number\",\"low\":18.0 | \"type\":\"numbers\",\"low\":18.0 | plan.input.columns[0].type is \"numbers\": it must be one of",
        "\"low\":18.0 | \"low\":18 | not written as this program writes it",
        "\"low\":18.0 | \"low\":\"18\" | plan.input.columns[0].low is \"18\": it must be a number",
        "\"low\":18.0 | \"low\":1e999 | low must be below high",
        "\"low\":18.0 | \"low\":18.0,\"lower\":1 | Unknown key \"lower\" in plan.input.columns[0]",
        "\"high\":100.0 | \"high\":18.0 | low must be below high",
        "\"missing\":0.9 | \"missing\":7.9 | missing is 7.9: it must be from low to high",
        "\"missing\":0.9 | \"missing\":null | plan.input.columns[1].missing is \"null\": it must be a number",
        ",\"missing\":0.9 | '' | give 6 features for an input of shape 7",
        ",\"missing\":true | '' | not written as this program writes it",
        "\"missing\":true | \"missing\":[true] | missing is a list: it must be true or false",
        "[\"f\",\"m\"] | [\"f\",\"f\"] | value \"f\" is given more than once",
        "[\"f\",\"m\"] | [\"f\",1] | plan.input.columns[3].values[1] is 1: it must be a string",
        "[\"f\",\"m\"] | [\"f\",\"m\",\"d\"] | give 8 features for an input of shape 7",
        "[\"f\",\"m\"] | {} | plan.input.columns[3].values is \"{}\": it must be a list of strings",
        "\"columns\":[ | \"columns\":[7, | The key \"name\" is missing in plan.input.columns[0]",
        "\"columns\":[ | \"colums\":[ | not written as this program writes it",
        "\"features\":[] | \"features\":[\"a\"] | both features and columns",
        "\"shape\":[7,1,1] | \"shape\":[1,7,1] | it must be a vector",
      })
  void columnsThatDoNotFitAreRefusedByName(String part, String changed, String reason) {
    assertRefused(TABLE, part, changed, reason);
  }

  @Test
  void columnsTravelWithThePlanAndCountForItsDigest() {
    Plan plan = Protocols.readPlan(TABLE);
    String other = TABLE.replace("\"low\":18.0", "\"low\":19.0");

    assertEquals(SampleModels.table().architecture().input(), plan.input());
    assertEquals(TABLE, PlanJson.write(plan));
    assertNotEquals(PlanDigest.of(plan), PlanDigest.of(Protocols.readPlan(other)));
  }

  /** So that their digests are those they had before there were columns. */
  @Test
  void aPlanWithoutColumnsDoesNotMentionThem() {
    assertFalse(LENET.contains("\"columns\""));
    String empty = LENET.replace("\"features\":[]", "\"features\":[],\"columns\":[]");
    assertThrows(InvalidPlanException.class, () -> Protocols.readPlan(empty));
  }

  /** One element a million times would take gigabytes of whoever follows the plan. */
  @Test
  void whatWouldBeHeldOfARecordIsBoundedByWhatIsEncrypted() {
    String relu = "{\"name\":\"relu1\",\"type\":\"relu\"}";
    String view =
        relu
            + ",{\"name\":\"v\",\"type\":\"view\",\"shape\":[%1$d,1,1],\"offset\":0,\"sizes\":[%1$d],\"strides\":[0]}"
            + ",{\"name\":\"w\",\"type\":\"view\",\"shape\":[6,14,14],\"offset\":0,\"sizes\":[1176],\"strides\":[0]}";
    assertRefused(LENET, relu, view.formatted(1 << 20), "layer 'v' makes 1,048,576 elements");
    assertEquals(
        5, Protocols.readPlan(LENET.replace(relu, view.formatted(1 << 16))).rounds().size());
  }

  private static void assertRefused(String plan, String part, String changed, String reason) {
    assertTrue(plan.contains(part), () -> part + " is not in " + plan);
    // the last one, so that a round and not the summary is meant where both have the field
    int at = plan.lastIndexOf(part);
    String json = plan.substring(0, at) + changed + plan.substring(at + part.length());

    InvalidPlanException refused =
        assertThrows(InvalidPlanException.class, () -> Protocols.readPlan(json));

    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  @Slow
  @Test
  void mutatedPlansAreRefusedCleanlyOrEqualTheOriginal() {
    Random random = new Random(17);
    for (int i = 0; i < 5_000; i++) {
      mutate(random, LENET, 0, LENET.length());
    }
    int from = TABLE.indexOf("\"columns\"");
    for (int i = 0; i < 5_000; i++) {
      mutate(random, TABLE, from, TABLE.indexOf("\"parameters\""));
    }
    for (Protocol protocol : Protocols.all()) {
      String plan = PlanJson.write(protocol.plan(SampleModels.squares(), PlanOptions.DEFAULT));
      for (int i = 0; i < 2_000; i++) {
        mutate(random, plan, 0, plan.length());
      }
    }
  }

  /** Changes up to three places of a part of a plan. */
  private static void mutate(Random random, String plan, int from, int to) {
    StringBuilder json = new StringBuilder(plan);
    for (int change : List.of(1, 2, 3).subList(0, 1 + random.nextInt(3))) {
      int at = from + random.nextInt(to - from - change);
      switch (random.nextInt(3)) {
        case 0 -> json.setCharAt(at, (char) (32 + random.nextInt(95)));
        case 1 -> json.delete(at, at + change);
        default -> json.insert(at, json.charAt(random.nextInt(json.length())));
      }
    }
    try {
      assertEquals(json.toString().strip(), PlanJson.write(Protocols.readPlan(json.toString())));
    } catch (InvalidPlanException e) {
      assertTrue(e.getMessage().length() < 6_000, e.getMessage());
    }
  }
}
