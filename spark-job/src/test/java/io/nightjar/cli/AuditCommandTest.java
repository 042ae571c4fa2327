package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditCommandTest {

  private static final String MODEL = "../data/models/readmission-mlp";
  private static final String RECORDS = "../data/readmission/test.csv";

  private static CommandRun audit(String... more) {
    List<String> arguments = new ArrayList<>(List.of("audit", "--model", MODEL));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(new String[0]));
  }

  @Test
  void endsWithThePlainVerdict() {
    for (String privacy : new String[] {"none", "bayesian"}) {
      CommandRun run = audit("--model-privacy", privacy, "--samples", "2");

      assertEquals(0, run.exitCode(), run.err());
      List<String> lines = run.out().lines().toList();
      String last = lines.get(lines.size() - 1);
      assertTrue(last.startsWith("Verdict: bayhenn is not LWE-secure"), last);
      assertTrue(run.out().contains("model privacy " + privacy + ", 2 draws"), run.out());
      assertTrue(run.out().contains("measured:"), run.out());
      assertFalse(run.out().contains("records such as yours"), "there are none");
    }
  }

  @Test
  void printsPredictedAndMeasuredErrorsOfEveryRoundAsOneJsonObject() throws IOException {
    CommandRun run =
        audit("--model-privacy", "bayesian", "--samples", "4", "--input", RECORDS, "--json");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(1, run.out().lines().count());
    JsonNode audit = new ObjectMapper().readTree(run.out());
    assertEquals("bayhenn", audit.get("protocol").asText());
    assertEquals("bayesian", audit.get("modelPrivacy").asText());
    assertEquals(4, audit.get("samples").asInt());
    assertEquals(3, audit.get("rounds").size());
    for (JsonNode round : audit.get("rounds")) {
      for (String curve : new String[] {"natural", "chosen", "chosenTogether"}) {
        JsonNode points = round.get(curve).get("points");
        assertTrue(points.size() >= 5, curve);
        double first = points.get(0).get("error").asDouble();
        double last = points.get(points.size() - 1).get("error").asDouble();
        assertTrue(last < first && first <= 1, curve);
      }
      assertTrue(round.get("chosen").get("recordsToTenPercent").asLong() > 0);
      assertTrue(round.get("attacks").size() >= 4, round.toString());
      for (JsonNode attack : round.get("attacks")) {
        assertTrue(attack.get("predictedError").asDouble() > 0, attack.toString());
        assertTrue(attack.get("measuredError").asDouble() > 0, attack.toString());
      }
    }
  }

  @Test
  void readsAllWeightsFromNoiseUnlessItIsFlooded() throws IOException {
    CommandRun run = audit("--json");

    JsonNode results = new ObjectMapper().readTree(run.out()).get("noiseAttack").get("results");
    JsonNode computed = results.get(0);
    assertEquals(computed.get("weights").asInt(), computed.get("recovered").asInt());
    JsonNode flooded = results.get(results.size() - 1);
    assertTrue(flooded.get("name").asText().contains("flood"), flooded.toString());
    assertTrue(flooded.get("recovered").asInt() < flooded.get("weights").asInt() / 10);
  }

  @Test
  void saysOfEachProtocolWhatItsCiphertextsGiveAway() {
    CommandRun lattice = audit("--protocol", "bayhenn");
    CommandRun paillier = audit("--protocol", "2p-dnn");

    assertTrue(lattice.out().contains("it too gives the drawn weights"), lattice.out());
    assertFalse(paillier.out().contains("it too gives the drawn weights"), paillier.out());
    assertTrue(paillier.out().contains("Results have no noise"), paillier.out());
  }

  @Test
  void refusesAProtocolThatShowsOnlyOutputsInOneLine() {
    CommandRun run =
        CommandRun.of(
            "audit", "--model", "../data/models/readmission-quadratic", "--protocol", "cryptonets");

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("nothing to audit with cryptonets"), run.err());
  }

  @Test
  void refusesAModelPrivacyThatItDoesNotKnowInOneLine() {
    CommandRun run = audit("--model-privacy", "lwe");

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("it must be none or bayesian"), run.err());
  }

  @Test
  void refusesAConditionOnRecordsThatAreNotNamed() {
    CommandRun run = audit("--where", "age > 40");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("give --input, or --table"), run.err());
  }

  @Test
  void refusesRecordsThatAreNotTheModels() {
    CommandRun run = audit("--input", "../data/digits/test-images-idx3-ubyte.gz");

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
  }
}
