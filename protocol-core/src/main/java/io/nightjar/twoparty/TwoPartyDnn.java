package io.nightjar.twoparty;

import io.nightjar.audit.Attacked;
import io.nightjar.audit.Audit;
import io.nightjar.audit.LeakageMeter;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.paillier.PaillierCodec;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.keys.PaillierKeys;
import io.nightjar.keys.PaillierSecret;
import io.nightjar.model.Model;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.network.Network;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Round;
import io.nightjar.plan.Security;
import io.nightjar.plan.Sheet;
import io.nightjar.privacy.AuditResult;
import io.nightjar.privacy.Leakage;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolOption;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.SharedResources;
import io.nightjar.protocol.Travel;
import io.nightjar.rounds.BatchDraws;
import io.nightjar.rounds.PlannedStep;
import io.nightjar.rounds.RoundsCodec;
import io.nightjar.rounds.StepPlanner;
import io.nightjar.rounds.StepQuantisation;
import java.util.List;
import java.util.Optional;

/** The protocol 2P-DNN, which has the rounds of bayhenn over Paillier instead of lattices. */
public final class TwoPartyDnn implements Protocol {

  static final String NAME = "2p-dnn";

  /** The option for the length of the modulus. */
  static final ProtocolOption MODULUS_BITS =
      new ProtocolOption(
          "plan.modulusBits",
          new ProtocolOption.Choice(List.of(2048, 3072, 4096)),
          PaillierParameters.DEFAULT_MODULUS_BITS,
          "Bits of the modulus of 2p-dnn; 2048 have 112-bit security and are taken with a warning.");

  /** Creates the protocol, which only the list of protocols does. */
  public TwoPartyDnn() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "is bayhenn over Paillier";
  }

  @Override
  public List<ProtocolOption> options() {
    return List.of(MODULUS_BITS);
  }

  @Override
  public Plan plan(Model model, PlanOptions options) {
    options.requireDrawsFrom(model.posterior());
    if (options.privacy() != ModelPrivacy.NONE) {
      throw new PlanRefusedException(
          "Model privacy '%s' is for bayhenn: with %s the data owner computes the drawn weights from the results; use '%s'"
              .formatted(options.privacy().text(), NAME, ModelPrivacy.NONE.text()));
    }
    Network network = Network.of(model.architecture());
    List<PlannedStep<StepQuantisation>> steps =
        StepPlanner.steps(model, network, options, StepPlanner::forBatches);
    TwoPartySheet sheet = new TwoPartySheet(parameters(steps, options));
    List<Round> rounds =
        steps.stream()
            .map(
                step ->
                    step.planned(
                        FieldWidths.marginBits(sheet.encryption(), step.weights().outputBound())))
            .toList();
    return new Plan(
        options.header(NAME, model.architecture(), options.weightBits(), network.preparation()),
        rounds,
        sheet);
  }

  private static PaillierParameters parameters(
      List<PlannedStep<StepQuantisation>> steps, PlanOptions options) {
    int modulusBits = options.own().integer(MODULUS_BITS);
    if (options.security() == Security.STANDARD
        && modulusBits < PaillierParameters.LEAST_MODULUS_BITS) {
      throw new PlanRefusedException(
          "A modulus of %d bits can be factored: use %d, or %d at the least"
              .formatted(
                  modulusBits,
                  PaillierParameters.DEFAULT_MODULUS_BITS,
                  PaillierParameters.LEAST_MODULUS_BITS));
    }
    long largest = 1;
    for (PlannedStep<StepQuantisation> step : steps) {
      largest = Math.max(largest, step.weights().outputBound());
      largest = Math.max(largest, step.inputs().largest());
    }
    return new PaillierParameters(modulusBits, FieldWidths.fieldBits(largest));
  }

  private static TwoPartySheet sheet(Plan plan) {
    return (TwoPartySheet) plan.sheet();
  }

  @Override
  public Sheet readSheet(PlanNode plan) {
    return TwoPartySheet.read(plan);
  }

  @Override
  public List<String> warnings(Plan plan) {
    int bits = sheet(plan).encryption().modulusBits();
    return bits < PaillierParameters.DEFAULT_MODULUS_BITS
        ? List.of(
            "A modulus of %d bits has 112-bit security; %d have 128"
                .formatted(bits, PaillierParameters.DEFAULT_MODULUS_BITS))
        : List.of();
  }

  @Override
  public KeyScheme keys(Plan plan) {
    return new PaillierKeys(sheet(plan).encryption());
  }

  @Override
  public OwnerCodec codec(Plan plan, OwnerSecret secret) {
    return new RoundsCodec(plan, new PaillierCipher(sheet(plan), (PaillierSecret) secret));
  }

  @Override
  public String format(Plan plan, OwnerKey owner) {
    return TwoPartyFormat.of(sheet(plan).encryption(), owner).write();
  }

  @Override
  public BlockFormat openFormat(String format, SharedResources resources, long mostBlockBytes) {
    return new PaillierCodec(TwoPartyFormat.read(format).key(resources), mostBlockBytes);
  }

  @Override
  public RoundArithmetic arithmetic(ModelOwnerJob job) {
    TwoPartySheet sheet = sheet(job.plan());
    TwoPartyFormat format = TwoPartyFormat.of(sheet.encryption(), job.owner());
    return new TwoPartyArithmetic(job, sheet, format.key(job.resources()));
  }

  @Override
  public BatchDraws draws(Model model, Plan plan, JobSecret secret) {
    return new BatchDraws(model, plan, secret);
  }

  private static Attacked attacked(Model model, Plan plan) {
    Network network = Network.of(model.architecture());
    return new Attacked(
        model,
        plan,
        network,
        StepPlanner.quantisations(model, network, plan, StepPlanner::forBatches),
        1,
        "Results have no noise, and fresh randomness: beyond the numbers in them they give nothing.");
  }

  @Override
  public Optional<Leakage> leakage(Model model, Plan plan, Optional<RealColumns> records) {
    return Optional.of(LeakageMeter.measure(attacked(model, plan), records));
  }

  /** Audits the model by its results alone: there is no noise to attack. */
  @Override
  public Optional<AuditResult> audit(Model model, Plan plan, Optional<RealColumns> records) {
    try (JobSecret secret = JobSecret.fresh()) {
      return Optional.of(
          Audit.run(attacked(model, plan), draws(model, plan, secret), records, List.of()));
    }
  }

  @Override
  public NaiveProgram naiveProgram(Model model, Plan plan) {
    return new NaiveTwoPartyDnn(model, plan);
  }

  @Override
  public Travel travel() {
    return TwoPartyFormat.TRAVEL;
  }
}
