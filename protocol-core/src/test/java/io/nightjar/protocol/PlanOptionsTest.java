package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Security;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests what may be chosen about a plan, and that a choice leaves all others as they are. */
class PlanOptionsTest {

  private static final ProtocolOption EVEN =
      new ProtocolOption("test.even", new ProtocolOption.Range(0, 8), 4, "An option.");
  private static final ProtocolOption OTHER =
      new ProtocolOption("test.other", new ProtocolOption.ByteSize(1), 1L << 40, "An option.");

  private static void assertRefused(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  @Test
  void everyChoiceIsKeptBesideTheOthers() {
    PlanOptions options =
        PlanOptions.DEFAULT
            .withDraws(3)
            .withBits(7, 9)
            .withClip(2.5)
            .withPrivacy(ModelPrivacy.BAYESIAN)
            .withSecurity(Security.ANY)
            .withBudget(AnswerBudget.UNLIMITED.of(5))
            .with(EVEN, 6);

    assertEquals(
        new PlanOptions(
            3,
            7,
            9,
            2.5,
            ModelPrivacy.BAYESIAN,
            Security.ANY,
            new AnswerBudget(OptionalLong.of(5), 20),
            OptionValues.DEFAULT.with(EVEN, 6)),
        options);
    assertEquals(PlanOptions.DEFAULT.own(), options.withOwn(OptionValues.DEFAULT).own());
  }

  @Test
  void choicesOutsideTheirRangesAreRefusedWithWhatIsAllowed() {
    PlanOptions options = PlanOptions.DEFAULT;
    assertRefused("The draws must be from 1 to 64, not 0", () -> options.withDraws(0));
    assertRefused("The draws must be from 1 to 64, not 65", () -> options.withDraws(65));
    assertRefused(
        "The activation bits must be from 2 to 12, not 13", () -> options.withBits(13, 8));
    assertRefused("The weight bits must be from 2 to 16, not 1", () -> options.withBits(8, 1));
    assertRefused(
        "The clip must be above 0 and at most 8 sigmas, not 0.0", () -> options.withClip(0));
    assertRefused(
        "The clip must be above 0 and at most 8 sigmas, not NaN",
        () -> options.withClip(Double.NaN));
    AnswerBudget budget = AnswerBudget.UNLIMITED;
    assertRefused("A budget must be at least 1 answer, not 0", () -> budget.of(0));
    assertRefused("The statistical bits must be from 1 to 40, not 0", () -> budget.within(0));
    assertRefused("The statistical bits must be from 1 to 40, not 41", () -> budget.within(41));
  }

  @Test
  void anOptionWithoutAValueHasItsDefault() {
    OptionValues values = OptionValues.DEFAULT.with(EVEN, 8);

    assertEquals(8, values.get(EVEN));
    assertEquals(1L << 40, values.get(OTHER));
    assertEquals(8, values.integer(EVEN));
    assertThrows(ArithmeticException.class, () -> values.integer(OTHER));
    assertEquals(4, OptionValues.DEFAULT.get(EVEN), "values are changed in copies");
  }

  @Test
  void valuesAreEqualByWhatTheySay() {
    assertEquals(OptionValues.DEFAULT.with(EVEN, 8), OptionValues.DEFAULT.with(EVEN, 8));
    assertEquals(
        OptionValues.DEFAULT.with(EVEN, 8), OptionValues.DEFAULT.with(EVEN, 2).with(EVEN, 8));
    assertNotEquals(OptionValues.DEFAULT.with(EVEN, 8), OptionValues.DEFAULT.with(EVEN, 6));
  }

  @Test
  void aDefaultThatIsNotAllowedIsRefused() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProtocolOption("test.bad", new ProtocolOption.Range(0, 8), 9, "Bad."))
            .getMessage()
            .startsWith("The default of test.bad is 9, which is not among "));
  }
}
