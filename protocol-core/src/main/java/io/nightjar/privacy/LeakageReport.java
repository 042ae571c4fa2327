package io.nightjar.privacy;

import io.nightjar.plan.ModelPrivacy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Writes leakage and audits as a map for JSON and as text. */
public final class LeakageReport {

  private LeakageReport() {}

  /** Returns the leakage for JSON. */
  public static Map<String, Object> map(Leakage leakage) {
    return map(leakage, List.of());
  }

  /** Returns an audit for JSON. */
  public static Map<String, Object> map(AuditResult audit) {
    Map<String, Object> map = map(audit.leakage(), audit.attacks());
    Map<String, Object> noise = new LinkedHashMap<>();
    noise.put("round", 0);
    noise.put("results", audit.noise().stream().map(LeakageReport::recovery).toList());
    map.put("noiseAttack", noise);
    return map;
  }

  private static Map<String, Object> map(Leakage leakage, List<List<AttackResult>> attacks) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", leakage.model());
    map.put("protocol", leakage.protocol());
    map.put("modelPrivacy", leakage.modelPrivacy().text());
    map.put("samples", leakage.draws());
    map.put("batchSize", leakage.batchSize());
    map.put("calibrationRecords", leakage.calibrationRecords());
    List<Map<String, Object>> rounds = new ArrayList<>();
    for (RoundLeakage round : leakage.rounds()) {
      Map<String, Object> one = round(round);
      if (!attacks.isEmpty()) {
        one.put("attacks", attacks.get(round.index()).stream().map(LeakageReport::attack).toList());
      }
      rounds.add(one);
    }
    map.put("rounds", rounds);
    map.put("remarks", remarks(leakage));
    map.put("verdict", verdict(leakage));
    return map;
  }

  private static Map<String, Object> round(RoundLeakage round) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("index", round.index());
    map.put("title", round.title());
    map.put("inputs", round.inputs());
    map.put("outputs", round.outputs());
    round.natural().ifPresent(curve -> map.put("natural", curve(curve)));
    map.put("chosen", curve(round.chosen()));
    map.put("chosenTogether", curve(round.chosenTogether()));
    return map;
  }

  private static Map<String, Object> curve(LeakageCurve curve) {
    Map<String, Object> map = new LinkedHashMap<>();
    List<Map<String, Object>> points = new ArrayList<>();
    for (LeakageCurve.Point point : curve.points()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("records", point.records());
      one.put("error", point.error());
      points.add(one);
    }
    map.put("points", points);
    curve.recordsToTenPercent().ifPresent(records -> map.put("recordsToTenPercent", records));
    return map;
  }

  private static Map<String, Object> attack(AttackResult attack) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", attack.name());
    map.put("records", attack.records());
    map.put("predictedError", attack.predictedError());
    map.put("measuredError", attack.measuredError());
    return map;
  }

  private static Map<String, Object> recovery(NoiseRecovery noise) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", noise.results());
    map.put("weights", noise.weights());
    map.put("recovered", noise.recovered());
    map.put("correlation", noise.correlation());
    return map;
  }

  /** Returns an audit as text; the last line is the verdict. */
  public static String text(AuditResult audit) {
    StringBuilder text = new StringBuilder();
    Leakage leakage = audit.leakage();
    header(text, leakage);
    for (RoundLeakage round : leakage.rounds()) {
      table(text, round);
      for (AttackResult attack : audit.attacks().get(round.index())) {
        line(
            text,
            "    measured: %-30s %,10d records  %9s, predicted %s",
            attack.name(),
            attack.records(),
            percent(attack.measuredError()),
            percent(attack.predictedError()));
      }
      line(text, "");
    }
    noise(text, audit.noise());
    end(text, leakage);
    return text.toString();
  }

  /** Returns the leakage as text; the last line is the verdict. */
  public static String text(Leakage leakage) {
    StringBuilder text = new StringBuilder();
    header(text, leakage);
    for (RoundLeakage round : leakage.rounds()) {
      table(text, round);
      line(text, "");
    }
    end(text, leakage);
    return text.toString();
  }

  /**
   * Returns a few lines that say after how many records the weights of each round are known to a
   * tenth.
   */
  public static String summary(Leakage leakage) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "  Records after which a data owner knows the mean weights to 10 %%, at best, if it chooses inputs:");
    for (RoundLeakage round : leakage.rounds()) {
      line(
          text,
          "  %-3d %-24s %,d inputs, %,d outputs: %s%s",
          round.index() + 1,
          round.title(),
          round.inputs(),
          round.outputs(),
          after(round.chosenTogether().recordsToTenPercent()),
          round
              .natural()
              .map(curve -> "; with records such as these: " + after(curve.recordsToTenPercent()))
              .orElse(""));
    }
    return text.toString();
  }

  private static void end(StringBuilder text, Leakage leakage) {
    remarks(leakage).forEach(remark -> line(text, "  %s", remark));
    line(text, "");
    line(text, "%s", verdict(leakage));
  }

  private static void header(StringBuilder text, Leakage leakage) {
    line(
        text,
        "What answers of %s with %s give away: model privacy %s, %d draw%s, batches of %,d records",
        leakage.model(),
        leakage.protocol(),
        leakage.modelPrivacy().text(),
        leakage.draws(),
        leakage.draws() == 1 ? "" : "s",
        leakage.batchSize());
    line(
        text,
        "Error of a data owner's best estimate of the mean weights, of their root mean square, after records;");
    line(text, "measured on a sample of the rows where it says so:");
    line(text, "");
  }

  private static void table(StringBuilder text, RoundLeakage round) {
    line(
        text,
        "  Round %d, %s: %,d inputs, %,d outputs",
        round.index() + 1,
        round.title(),
        round.inputs(),
        round.outputs());
    StringBuilder head = new StringBuilder(" ".repeat(30));
    for (LeakageCurve.Point point : round.chosen().points()) {
      head.append(String.format(Locale.ROOT, " %9s", power(point.records())));
    }
    line(text, "%s   10 %% after", head);
    round.natural().ifPresent(curve -> row(text, "records such as yours", curve));
    row(text, "chosen inputs", round.chosen());
    row(text, "chosen inputs, rows together", round.chosenTogether());
  }

  private static void row(StringBuilder text, String name, LeakageCurve curve) {
    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "    %-28s", name));
    for (LeakageCurve.Point point : curve.points()) {
      row.append(String.format(Locale.ROOT, " %9s", percent(point.error())));
    }
    row.setLength(Math.max(row.length(), 32));
    line(text, "%s  %s", row, after(curve.recordsToTenPercent()));
  }

  private static void noise(StringBuilder text, List<NoiseRecovery> noise) {
    if (noise.isEmpty()) {
      return;
    }
    line(text, "  Weights read from the noise of one batch of the first round's results:");
    for (NoiseRecovery recovery : noise) {
      line(
          text,
          "    %-34s %,d of %,d exactly, correlation %.4f",
          recovery.results(),
          recovery.recovered(),
          recovery.weights(),
          recovery.correlation());
    }
    line(text, "");
  }

  /** Returns remarks about what the errors do not say. */
  public static List<String> remarks(Leakage leakage) {
    List<String> remarks = new ArrayList<>();
    remarks.add(leakage.ciphertexts());
    remarks.add("Results are a function of the last round's answers, so they give nothing more.");
    remarks.add("Inputs cannot be seen, so nobody can refuse chosen ones.");
    leakage.undrawn().ifPresent(remarks::add);
    return remarks;
  }

  /** Returns one line that sums the leakage up. */
  public static String verdict(Leakage leakage) {
    RoundLeakage weakest = leakage.weakest();
    String averaging =
        "averaging gives the mean weights of round %d (%s) to 10 %% after %s records, if the data owner chooses its inputs%s"
            .formatted(
                weakest.index() + 1,
                weakest.title(),
                after(weakest.chosenTogether().recordsToTenPercent()),
                leakage.rounds().stream().allMatch(RoundLeakage::knownWhenChosen)
                    ? ", and of every round after " + slowest(leakage)
                    : "");
    String drawn =
        leakage.modelPrivacy() == ModelPrivacy.NONE
            ? "one batch gives the drawn weights exactly, and "
            : "";
    return "Verdict: %s is not LWE-secure: %s%s.".formatted(leakage.protocol(), drawn, averaging);
  }

  private static String slowest(Leakage leakage) {
    long most =
        leakage.rounds().stream()
            .mapToLong(round -> round.chosenTogether().recordsToTenPercent().orElseThrow())
            .max()
            .orElseThrow();
    return String.format(Locale.ROOT, "%,d", most);
  }

  private static String after(OptionalLong records) {
    return records.isPresent() ? String.format(Locale.ROOT, "%,d", records.getAsLong()) : "never";
  }

  private static String power(long records) {
    return "10^%.0f".formatted(Math.log10((double) records));
  }

  private static String percent(double error) {
    int digits = error >= 0.1 ? 0 : error >= 0.01 ? 1 : error >= 0.001 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f %%", 100 * error);
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
  }
}
