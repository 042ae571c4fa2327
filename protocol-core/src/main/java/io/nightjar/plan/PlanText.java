package io.nightjar.plan;

import io.nightjar.crypto.PaillierParameters;
import io.nightjar.model.Layer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A plan for people, as EXPLAIN is for a query: one line for each round, and what each side learns.
 */
public final class PlanText {

  private PlanText() {}

  /** Returns the text, lines ending in a newline. */
  public static String of(Plan plan) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "Plan of %s with %s, model privacy %s, %s",
        plan.model(),
        plan.protocol(),
        plan.privacy().text(),
        draws(plan));
    if (plan.isPaillier()) {
      paillier(text, plan.paillier());
    } else {
      lattice(text, plan);
    }
    line(
        text,
        "  %d records a batch, %d-bit activations, %d-bit weights",
        plan.batchSize(),
        plan.activationBits(),
        plan.weightBits());
    line(text, "");
    if (plan.isSealed()) {
      levels(text, plan);
    }
    line(
        text,
        "  %-3s %-24s %9s %9s %11s %9s %9s %7s",
        "",
        "on ciphertexts",
        "columns",
        "outputs",
        "products",
        "bound",
        "limit",
        "margin");
    for (Round round : plan.rounds()) {
      round(text, plan, round);
    }
    line(text, "");
    line(
        text,
        "  A record costs %s up and %s down; its %s margin is at least %.1f bits.",
        bytes(plan.bytesUpPerRecord()),
        bytes(plan.bytesDownPerRecord()),
        plan.isPaillier() ? "field" : "noise",
        plan.noiseMarginBits());
    line(text, "  Public keys take %s, once.", bytes((double) plan.keyBytes()));
    line(text, "  The model owner learns how many records there are, and nothing in them.");
    privacy(text, plan);
    line(text, "  Digest %s", PlanDigest.of(plan));
    return text.toString();
  }

  private static void paillier(StringBuilder text, PaillierParameters parameters) {
    line(
        text,
        "  Paillier, a modulus of %d bits, %d fields of %d bits, %d of them guard, in each of %d ciphertexts, %s",
        parameters.modulusBits(),
        parameters.fields(),
        parameters.fieldBits(),
        PaillierPlanner.GUARD_BITS,
        PaillierParameters.LANES,
        security(parameters));
  }

  /** As NIST reckons for factoring, SP 800-57 part 1. */
  private static String security(PaillierParameters parameters) {
    if (!parameters.isSecure()) {
      return "NO SECURITY";
    }
    return parameters.modulusBits() < PaillierParameters.DEFAULT_MODULUS_BITS
        ? "ONLY 112-BIT SECURITY"
        : "128-bit security";
  }

  private static void lattice(StringBuilder text, Plan plan) {
    line(
        text,
        "  %s, ring %d, primes of %s bits, %s%s, %s",
        plan.parameters().scheme(),
        plan.parameters().ringDegree(),
        plan.parameters().keyPrimes().stream()
            .map(prime -> Integer.toString(Long.SIZE - Long.numberOfLeadingZeros(prime)))
            .collect(Collectors.joining(" + ")),
        plan.isSealed() ? "" : "plaintext ",
        plan.isSealed()
            ? "real numbers times 2^" + plan.scaleBits()
            : plaintext(plan.parameters().plainModulus()),
        plan.parameters().securityBits() > 0
            ? plan.parameters().securityBits() + "-bit security"
            : "NO SECURITY");
  }

  private static void levels(StringBuilder text, Plan plan) {
    line(
        text,
        "  %-3s %-24s %9s %9s %11s %9s %9s %7s %8s",
        "",
        "all on ciphertexts",
        "columns",
        "outputs",
        "products",
        "range",
        "error",
        "primes",
        "divided");
    for (SealedLevel level : plan.levels()) {
      line(
          text,
          "  %-3d %-24s %9d %9d %11d %9.1f %9.1g %7d %8d%s",
          level.index() + 1,
          shorten(level.title(), 24),
          level.input().size(),
          level.output().size(),
          level.products() * plan.draws(),
          level.range(),
          level.error(),
          level.limbs(),
          level.dropped(),
          level.squared() ? "  squared" : "");
    }
    line(
        text,
        "  The range is what calibration saw, twice over: assumed, not proved. So is the error.");
    line(text, "");
  }

  private static void privacy(StringBuilder text, Plan plan) {
    if (plan.isSealed()) {
      line(text, "  The data owner learns the network's outputs and what their noise says:");
      line(
          text,
          "  results are encrypted anew under noise of %d bits, 2^%.1f times the error that is expected.",
          plan.floodBits(),
          plan.hiddenBits());
      line(
          text,
          "  Results are never to be shown to the model owner: with CKKS they would give the key away.");
      return;
    }
    if (plan.isPaillier()) {
      line(
          text,
          "  Results have fresh randomness, which hides how they were made, not what is in them.");
    }
    if (plan.privacy() == ModelPrivacy.NONE) {
      line(
          text,
          "  The data owner learns the outputs of every round, and from them the drawn weights:");
      line(text, "  this plan does not protect the model.");
      return;
    }
    line(
        text,
        "  The data owner learns the outputs of every round, with weights drawn anew for every record.");
    line(
        text,
        "  Results are encrypted anew and hidden under noise of %d bits, at least 2^%d times their own.",
        plan.floodBits(),
        NoiseModel.FLOODING_BITS);
    line(
        text,
        "  Not LWE-secure: averages over many answers approach the posterior's means, and whoever");
    line(
        text,
        "  chooses inputs, or encrypts with more noise than agreed, gets there sooner. See audit.");
  }

  private static String plaintext(long modulus) {
    return Long.bitCount(modulus) == 1
        ? "2^" + Long.numberOfTrailingZeros(modulus)
        : "a prime of %d bits".formatted(Long.SIZE - Long.numberOfLeadingZeros(modulus));
  }

  private static String draws(Plan plan) {
    return plan.draws() == 1 ? "1 draw" : "%d draws".formatted(plan.draws());
  }

  private static void round(StringBuilder text, Plan plan, Round round) {
    line(
        text,
        "  %-3d %-24s %9d %9d %11d %9s %9s %7.1f",
        round.index() + 1,
        shorten(round.title(), 24),
        round.inputColumns(),
        round.outputColumns(),
        plan.draws() * (plan.isSealed() ? sealedProducts(plan) : round.products()),
        power(round.bound()),
        plan.isSealed() ? "2^%.1f".formatted(plan.resultBits() - 1) : power(plan.plainLimit()),
        round.noiseMarginBits());
    List<Layer> activations = round.activations();
    if (!activations.isEmpty()) {
      line(
          text,
          "      then the data owner: %s",
          activations.stream().map(Layer::name).collect(Collectors.joining(", ")));
    }
  }

  private static long sealedProducts(Plan plan) {
    return plan.levels().stream().mapToLong(SealedLevel::products).sum();
  }

  private static String power(long value) {
    return "2^%.1f".formatted(Math.log((double) value) / Math.log(2));
  }

  private static String bytes(double bytes) {
    return bytes < 10_000 ? "%.0f bytes".formatted(bytes) : "%.1f kB".formatted(bytes / 1000);
  }

  private static String shorten(String title, int width) {
    return title.length() <= width ? title : title.substring(0, width - 3) + "...";
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
  }
}
