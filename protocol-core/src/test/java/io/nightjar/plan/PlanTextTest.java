package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.model.Model;
import io.nightjar.protocol.PlanOptions;
import org.junit.jupiter.api.Test;

/** The text is looked at by people, so it is pinned as a whole. */
class PlanTextTest {

  private static final String LENET =
      """
      Plan of lenet with bayhenn, model privacy none, 4 draws
        BFV, ring 2048, primes of 44 bits, plaintext 2^22, 128-bit classical security
        The primes have 44 bits; 128-bit security allows 53 (classical) or 40 (quantum)
        2048 records a batch, 8-bit activations, 8-bit weights

            on ciphertexts             columns   outputs    products     bound     limit  margin
        1   conv1 + pool1                  784      1176      169344    2^18.6    2^21.0     7.5
            then the data owner: relu1
        2   conv2 + pool2                 1176       400      345600    2^20.0    2^21.0     6.6
            then the data owner: relu2, flatten
        3   fc1                            400       120      192000    2^20.9    2^21.0     5.9
            then the data owner: relu3
        4   fc2                            120        84       40320    2^19.8    2^21.0     6.5
            then the data owner: relu4
        5   fc3                             84        10        3360    2^19.2    2^21.0     6.8

        A record costs 43.5 kB up and 78.8 kB down; its noise margin is at least 5.9 bits.
        Public keys take 11.3 kB, once.
        The model owner learns how many records there are, and nothing in them.
        The data owner learns the outputs of every round, and from them the drawn weights:
        this plan does not protect the model.
      """;

  private static String text(Model model, PlanOptions options) {
    return PlanText.of(new Bayhenn().plan(model, options), options.budget());
  }

  @Test
  void aConvolutionalNetworkReadsAtAGlance() {
    String text = text(SampleModels.lenet(), PlanOptions.DEFAULT.withDraws(4));

    assertEquals(LENET, text.substring(0, text.indexOf("  Digest")));
  }

  /** What is answered is limited by its budget alone. */
  @Test
  void withoutABudgetThereIsNoBoundOnWhatTheNoiseOfAllAnswersSays() {
    PlanOptions hidden = PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN);
    PlanOptions limited = hidden.withBudget(AnswerBudget.UNLIMITED.of(1000));

    String bounded = text(SampleModels.mlp(), limited);
    assertTrue(bounded.contains("The noise of a budget of 1000 answers is within 2^-"), bounded);
    assertTrue(bounded.contains(", of 2^-20 that are allowed."), bounded);
    String unbounded = text(SampleModels.mlp(), hidden);
    assertTrue(
        unbounded.contains("Answers are not limited: there is no bound for the noise of all"),
        unbounded);
    String open = text(SampleModels.mlp(), PlanOptions.DEFAULT);
    assertFalse(open.contains("Answers are not limited"), open);
  }

  @Test
  void aConvolutionalNetworkFitsOneScreen() {
    String text = text(SampleModels.lenet(), PlanOptions.DEFAULT);

    assertTrue(text.lines().count() <= 24);
    assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
  }
}
