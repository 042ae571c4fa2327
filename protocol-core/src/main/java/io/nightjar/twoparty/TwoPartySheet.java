package io.nightjar.twoparty;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.plan.ColumnLayout;
import io.nightjar.plan.Explanation;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Layout;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import io.nightjar.plan.Security;
import io.nightjar.plan.Sheet;
import java.util.List;
import java.util.OptionalLong;

/**
 * The sheet of a plan of 2p-dnn, which says how it encrypts.
 *
 * @param encryption the parameters of Paillier's scheme
 */
record TwoPartySheet(PaillierParameters encryption) implements Sheet {

  private static final String SCHEME = "paillier";

  /** The time of a product of eight pairs modulo the square of a modulus of 3072 bits. */
  private static final double PRODUCT_NANOS = 16_000;

  /** The products that reading a ciphertext takes: it is checked, brought inside and inverted. */
  private static final double READING = 8;

  /** The products that each term of an output takes. */
  private static final double TERM = 1.6;

  /** The products that each output takes besides, above all for its mask. */
  private static final double OUTPUT = 80;

  /** The time of drawing a weight. */
  private static final double WEIGHT_NANOS = 60;

  /** The rows that the kernel computes at once, so that work is cut in multiples of them. */
  private static final int ROWS_AT_ONCE = 8;

  static TwoPartySheet read(PlanNode plan) {
    PlanNode json = plan.get("parameters");
    json.require("scheme", SCHEME);
    return new TwoPartySheet(
        new PaillierParameters(json.integer("modulusBits"), json.integer("fieldBits")));
  }

  @Override
  public Layout layout() {
    return ColumnLayout.of(encryption.batchSize());
  }

  @Override
  public OptionalLong plainLimit() {
    return OptionalLong.of(1L << (encryption.fieldBits() - 1));
  }

  @Override
  public double uploadBytesPerRecord() {
    return (double) blockBytes(1) / layout().records();
  }

  @Override
  public double resultBytesPerRecord() {
    return uploadBytesPerRecord();
  }

  @Override
  public long keyBytes() {
    return encryption.plaintextBytes();
  }

  @Override
  public long blockBytes(int ciphertexts) {
    return encryption.blockBytes(ciphertexts, layout().records());
  }

  /**
   * Returns the records of full plaintexts: a batch has no more of them than its records need, but
   * all fields of one are evaluated, and nothing covers those that no record was ordered for.
   */
  @Override
  public long answered(long records) {
    return Sheet.inWholeGroups(records, encryption.fields());
  }

  @Override
  public RoundCost cost(Plan plan, Round round) {
    double product = PRODUCT_NANOS * Math.pow(encryption.modulusBits() / 3072.0, 2);
    double row =
        round.positions() * product * (TERM * round.terms() + OUTPUT)
            + WEIGHT_NANOS * round.terms();
    return new RoundCost(
        READING * product * layout().uploaded(round),
        0,
        round.rows() * row,
        ROWS_AT_ONCE * round.positions());
  }

  /** Returns the memory of ciphertexts as digits, with their inverses; blocks are on the heap. */
  @Override
  public long taskBytes(Plan plan, long mostResultBytes) {
    return plan.rounds().stream()
        .mapToLong(round -> 3 * plan.uploadBytes(round))
        .max()
        .orElseThrow();
  }

  /**
   * Refuses a modulus that can be factored, and fields that are not as wide as a planner makes
   * them, because results would not have their guard.
   */
  @Override
  public void check(Plan plan, Security least) {
    long largest = 1;
    for (Round round : plan.rounds()) {
      largest = Math.max(largest, Math.max(round.bound(), round.inputs().largest()));
    }
    require(
        least == Security.ANY || encryption.isSecure(),
        "its modulus of %d bits can be factored".formatted(encryption.modulusBits()));
    require(
        encryption.fieldBits() == FieldWidths.fieldBits(largest),
        "its fields have %d bits for numbers up to %d".formatted(encryption.fieldBits(), largest));
    require(
        plan.privacy() == ModelPrivacy.NONE,
        "with %s it has model privacy '%s'".formatted(plan.protocol(), plan.privacy().text()));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new InvalidPlanException("The plan does not fit together: " + otherwise);
    }
  }

  @Override
  public void writeEncryption(ObjectNode plan) {
    ObjectNode json = plan.putObject("parameters");
    json.put("scheme", SCHEME).put("modulusBits", encryption.modulusBits());
    json.put("fieldBits", encryption.fieldBits()).put("guardBits", FieldWidths.GUARD_BITS);
    json.put("fields", encryption.fields()).put("lanes", PaillierParameters.LANES);
    json.put("digest", encryption.digest().toString());
  }

  @Override
  public Explanation explain(Plan plan) {
    String line =
        "Paillier, a modulus of %d bits, %d fields of %d bits, %d of them guard, in each of %d ciphertexts, %s"
            .formatted(
                encryption.modulusBits(),
                encryption.fields(),
                encryption.fieldBits(),
                FieldWidths.GUARD_BITS,
                PaillierParameters.LANES,
                security());
    return new Explanation(
        line,
        List.of(),
        "field",
        Math.log((double) plainLimit().orElseThrow()) / Math.log(2),
        List.of(
            "Results have fresh randomness, which hides how they were made, not what is in them.",
            "The data owner learns the outputs of every round, and from them the drawn weights:",
            "this plan does not protect the model."));
  }

  /** Returns the security of the modulus, as NIST reckons for factoring in SP 800-57 part 1. */
  private String security() {
    if (!encryption.isSecure()) {
      return "NO SECURITY";
    }
    return encryption.modulusBits() < PaillierParameters.DEFAULT_MODULUS_BITS
        ? "ONLY 112-BIT SECURITY"
        : "128-bit classical security, none before quantum computers";
  }
}
