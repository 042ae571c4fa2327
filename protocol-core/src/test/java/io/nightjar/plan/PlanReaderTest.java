package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Posterior;
import io.nightjar.protocol.RandomNetworks;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanReaderTest {

  private static final String LENET =
      PlanJson.write(Planner.plan(SampleModels.lenet(), PlanOptions.DEFAULT.withDraws(8)));

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Property(tries = 200)
  void aPlanIsReadAsItWasWritten(@ForAll("networks") RandomNetworks.Recipe recipe) {
    Plan plan;
    try {
      plan =
          Planner.plan(
              RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD)),
              PlanOptions.DEFAULT.insecureForTests(64));
    } catch (PlanRefusedException e) {
      Assume.that(false);
      return;
    }

    Plan read = PlanReader.read(PlanJson.write(plan), PlanOptions.Security.INSECURE_FOR_TESTS);

    assertEquals(plan, read);
    assertEquals(PlanDigest.of(plan), PlanDigest.of(read));
  }

  @Test
  void aPlanForUseIsRead() {
    assertEquals(LENET, PlanJson.write(PlanReader.read(LENET + "\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"protocol\":\"bayhenn\" | \"protocol\":\"other\" | protocol is 'other'",
        "\"draws\":8 | \"draws\":65 | draws must be from 1 to 64",
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
        "\"type\":\"relu\" | \"type\":\"elu\" | must be one of",
        "\"result\":\"pool2\" | \"result\":\"relu1\" | again",
        "\"title\":\"conv1 + pool1\" | \"title\":\"a\\nb\" | plain text",
        "\"classes\":[\"0\", | \"classes\":[\"0\",\"x\", | 10 outputs for 11 classes",
        "\"packing\":\"coefficients\" | \"packing\":\"none\" | plan.packing must be one of",
        "\"format\":\"nightjar-plan\" | \"format\":\"x\" | must be 'nightjar-plan'",
        "\"noiseMarginBits\" | \"noiseMarginbits\" | is missing",
      })
  void whatDoesNotFitIsRefusedByName(String part, String changed, String reason) {
    assertTrue(LENET.contains(part), () -> part + " is not in " + LENET);
    // the last one, so that a round and not the summary is meant where both have the field
    int at = LENET.lastIndexOf(part);
    String json = LENET.substring(0, at) + changed + LENET.substring(at + part.length());

    InvalidPlanException refused =
        assertThrows(InvalidPlanException.class, () -> PlanReader.read(json));

    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  @Test
  void mutatedPlansAreRefusedCleanlyOrEqualTheOriginal() {
    Random random = new Random(17);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder json = new StringBuilder(LENET);
      for (int change : List.of(1, 2, 3).subList(0, 1 + random.nextInt(3))) {
        int at = random.nextInt(json.length() - change);
        switch (random.nextInt(3)) {
          case 0 -> json.setCharAt(at, (char) (32 + random.nextInt(95)));
          case 1 -> json.delete(at, at + change);
          default -> json.insert(at, json.charAt(random.nextInt(json.length())));
        }
      }
      try {
        assertEquals(json.toString().strip(), PlanJson.write(PlanReader.read(json.toString())));
      } catch (InvalidPlanException e) {
        assertTrue(e.getMessage().length() < 6_000, e.getMessage());
      }
    }
  }
}
