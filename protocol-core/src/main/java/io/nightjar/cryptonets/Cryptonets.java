package io.nightjar.cryptonets;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.lattice.LatticeFormat;
import io.nightjar.model.Model;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Sheet;
import io.nightjar.privacy.AuditResult;
import io.nightjar.privacy.Leakage;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolOption;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.SharedResources;
import io.nightjar.protocol.Travel;
import java.util.List;
import java.util.Optional;

/**
 * The protocol Crypto-Nets: executors evaluate the whole network, whose activations are
 * polynomials.
 */
public final class Cryptonets implements Protocol {

  static final String NAME = "cryptonets";

  /** The most bits by which the noise over results can be asked to be larger than their errors. */
  static final int MAX_HIDDEN_BITS = 60;

  /** The option that says how well the errors of results are hidden. */
  static final ProtocolOption HIDDEN_BITS =
      new ProtocolOption(
          "plan.hiddenBits",
          new ProtocolOption.Range(0, MAX_HIDDEN_BITS),
          0,
          "With cryptonets, the noise over results is at least 2 to this power as large as their"
              + " errors, which say something of weights; 0 takes what the cheapest parameters leave"
              + " room for and proves nothing.");

  /** Creates the protocol, which only the list of protocols does. */
  public Cryptonets() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "has one upload and one download and takes polynomials";
  }

  @Override
  public List<ProtocolOption> options() {
    return List.of(HIDDEN_BITS);
  }

  @Override
  public Plan plan(Model model, PlanOptions options) {
    options.requireDrawsFrom(model.posterior());
    if (options.privacy() != ModelPrivacy.NONE) {
      throw new PlanRefusedException(
          "Model privacy '%s' is for bayhenn; with %s the data owner sees only outputs: use '%s'"
              .formatted(options.privacy().text(), NAME, ModelPrivacy.NONE.text()));
    }
    return new CryptonetsPlanner(model, options).plan();
  }

  private static CryptonetsSheet sheet(Plan plan) {
    return (CryptonetsSheet) plan.sheet();
  }

  @Override
  public Sheet readSheet(PlanNode plan) {
    return CryptonetsSheet.read(plan);
  }

  @Override
  public String whatBecomesOfOutside() {
    return "and the plan's bounds do not hold for their records";
  }

  @Override
  public KeyScheme keys(Plan plan) {
    return new LatticeKeys(sheet(plan).encryption());
  }

  @Override
  public OwnerCodec codec(Plan plan, OwnerSecret secret) {
    return new CryptonetsCodec(sheet(plan), (LatticeSecret) secret);
  }

  @Override
  public String format(Plan plan, OwnerKey owner) {
    return LatticeFormat.of(sheet(plan).encryption()).write();
  }

  @Override
  public BlockFormat openFormat(String format, SharedResources resources, long mostBlockBytes) {
    return LatticeFormat.read(format).open(resources, mostBlockBytes);
  }

  @Override
  public RoundArithmetic arithmetic(ModelOwnerJob job) {
    return new CryptonetsArithmetic(job, sheet(job.plan()));
  }

  @Override
  public Draws draws(Model model, Plan plan, JobSecret secret) {
    return new NetworkDraws(model, plan, secret);
  }

  /** Predicts nothing: the data owner sees only outputs, which the meter knows nothing about. */
  @Override
  public Optional<Leakage> leakage(Model model, Plan plan, Optional<RealColumns> records) {
    return Optional.empty();
  }

  @Override
  public Optional<AuditResult> audit(Model model, Plan plan, Optional<RealColumns> records) {
    return Optional.empty();
  }

  @Override
  public NaiveProgram naiveProgram(Model model, Plan plan) {
    return new NaiveCryptonets(model, plan);
  }

  @Override
  public Travel travel() {
    return LatticeFormat.TRAVEL;
  }
}
