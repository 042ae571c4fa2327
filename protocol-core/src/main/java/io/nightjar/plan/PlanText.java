package io.nightjar.plan;

import io.nightjar.model.Layer;
import io.nightjar.text.Amounts;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes a plan for people, as EXPLAIN does a query: a line for each round, and what each side
 * learns.
 */
public final class PlanText {

  private PlanText() {}

  /**
   * Returns the text, lines ending in a newline.
   *
   * @param budget what a data owner may be answered, as far as whoever reads it knows
   */
  public static String of(Plan plan, AnswerBudget budget) {
    Explanation explanation = plan.sheet().explain(plan);
    TextLines text = new TextLines();
    text.add(
        "Plan of %s with %s, model privacy %s, %s",
        plan.model(), plan.protocol(), plan.privacy().text(), draws(plan));
    explanation.encryption().lines().forEach(line -> text.add("  %s", line));
    text.add(
        "  %d records a batch, %d-bit activations, %d-bit weights",
        plan.batchSize(), plan.activationBits(), plan.weightBits());
    text.add("");
    text.addAll(explanation.table());
    text.add(
        "  %-3s %-24s %9s %9s %11s %9s %9s %7s",
        "", "on ciphertexts", "columns", "outputs", "products", "bound", "limit", "margin");
    for (Round round : plan.rounds()) {
      round(text, plan, round, explanation.limitBits());
    }
    text.add("");
    text.add(
        "  A record costs %s up and %s down; its %s margin is at least %.1f bits.",
        Amounts.bytes(plan.bytesUpPerRecord()),
        Amounts.bytes(plan.bytesDownPerRecord()),
        explanation.margin(),
        plan.noiseMarginBits());
    text.add("  Public keys take %s, once.", Amounts.bytes(plan.sheet().keyBytes()));
    text.add("  The model owner learns how many records there are, and nothing in them.");
    explanation.learned().forEach(line -> text.add("  %s", line));
    plan.sheet()
        .answerDistanceBits(plan)
        .ifPresent(bits -> text.add("  %s", ofAllAnswers(bits, budget)));
    text.add("  Digest %s", PlanDigest.of(plan));
    return text.text();
  }

  private static String ofAllAnswers(double bitsOfOne, AnswerBudget budget) {
    if (budget.answers().isEmpty()) {
      return "Answers are not limited: there is no bound for the noise of all of them together.";
    }
    long answers = budget.answers().getAsLong();
    return String.format(
        Locale.ROOT,
        "The noise of a budget of %d answers is within 2^-%.1f, of 2^-%d that are allowed.",
        answers,
        bitsOfOne - Bits.log2((double) answers),
        budget.statisticalBits());
  }

  private static String draws(Plan plan) {
    return plan.draws() == 1 ? "1 draw" : "%d draws".formatted(plan.draws());
  }

  private static void round(TextLines text, Plan plan, Round round, double limitBits) {
    text.add(
        "  %-3d %-24s %9d %9d %11d %9s %9s %7.1f",
        round.index() + 1,
        TextLines.shorten(round.title(), 24),
        plan.layout().uploaded(round),
        plan.layout().returned(round),
        plan.draws() * plan.sheet().products(round),
        power(Math.log((double) round.bound()) / Math.log(2)),
        power(limitBits),
        round.noiseMarginBits());
    List<Layer> activations = round.activations();
    if (!activations.isEmpty()) {
      text.add(
          "      then the data owner: %s",
          activations.stream().map(Layer::name).collect(Collectors.joining(", ")));
    }
  }

  private static String power(double bits) {
    return "2^%.1f".formatted(bits);
  }
}
