package io.nightjar.bayhenn;

import io.nightjar.audit.Attacked;
import io.nightjar.audit.Audit;
import io.nightjar.audit.LeakageMeter;
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
import io.nightjar.network.Network;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
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
import io.nightjar.rounds.QuantisedStep;
import io.nightjar.rounds.RoundDraws;
import io.nightjar.rounds.RoundsCodec;
import io.nightjar.rounds.StepPlanner;
import io.nightjar.rounds.StepQuantisation;
import java.util.List;
import java.util.Optional;

/**
 * The protocol BAYHENN: in every round executors evaluate a linear step with drawn weights on
 * ciphertexts of BFV, and the data owner decrypts, activates and encrypts again.
 */
public final class Bayhenn implements Protocol {

  static final String NAME = "bayhenn";

  /** Creates the protocol, which only the list of protocols does. */
  public Bayhenn() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "is interactive and takes any activation";
  }

  @Override
  public List<ProtocolOption> options() {
    return List.of();
  }

  @Override
  public Plan plan(Model model, PlanOptions options) {
    options.requireDrawsFrom(model.posterior());
    Network network = network(model, options.privacy());
    if (options.privacy() == ModelPrivacy.NONE) {
      return new BayhennPlanner<>(
              model,
              network,
              options,
              StepPlanner.steps(model, network, options, StepPlanner::forBatches),
              (parameters, layout, step) ->
                  step.bounds().stream()
                      .mapToDouble(row -> NoiseModel.noise(row, layout.rowsInNoise()))
                      .max()
                      .orElseThrow())
          .plan();
    }
    return new BayhennPlanner<>(
            model,
            network,
            options,
            StepPlanner.steps(model, network, options, RecordQuantisation::of),
            (parameters, layout, step) ->
                step.bounds().stream()
                    .mapToDouble(row -> NoiseModel.noise(parameters, row))
                    .max()
                    .orElseThrow())
        .plan();
  }

  /**
   * Returns the rounds of a model; average pools are left to the data owner where weights are drawn
   * for records.
   */
  private static Network network(Model model, ModelPrivacy privacy) {
    return privacy == ModelPrivacy.NONE
        ? Network.of(model.architecture())
        : Network.withPoolsApart(model.architecture());
  }

  private static BayhennSheet sheet(Plan plan) {
    return (BayhennSheet) plan.sheet();
  }

  @Override
  public Sheet readSheet(PlanNode plan) {
    return BayhennSheet.read(plan);
  }

  @Override
  public KeyScheme keys(Plan plan) {
    return new LatticeKeys(sheet(plan).encryption());
  }

  @Override
  public OwnerCodec codec(Plan plan, OwnerSecret secret) {
    return new RoundsCodec(plan, new BayhennCipher(sheet(plan), (LatticeSecret) secret));
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
    BayhennSheet sheet = sheet(job.plan());
    return sheet.layout().arithmetic(job, sheet.lattice());
  }

  @Override
  public RoundDraws draws(Model model, Plan plan, JobSecret secret) {
    return plan.privacy() == ModelPrivacy.NONE
        ? new BatchDraws(model, plan, secret)
        : new RecordDraws(model, plan, secret);
  }

  private static List<? extends QuantisedStep> quantised(Model model, Plan plan) {
    Network network = network(model, plan.privacy());
    return plan.privacy() == ModelPrivacy.NONE
        ? StepPlanner.quantisations(model, network, plan, StepPlanner::forBatches)
        : StepPlanner.quantisations(model, network, plan, RecordQuantisation::of);
  }

  static Attacked attacked(Model model, Plan plan) {
    return new Attacked(
        model,
        plan,
        network(model, plan.privacy()),
        quantised(model, plan),
        plan.privacy() == ModelPrivacy.NONE ? 1 : RecordQuantisation.BATCH_SHARE,
        plan.privacy() == ModelPrivacy.NONE
            ? "The noise of results is not covered: it too gives the drawn weights."
            : "The noise of results is flooded: if ciphertexts are made honestly, it gives nothing beyond the statistical distance that the flood leaves; a data owner who makes ciphertexts of large noise on purpose is not covered.");
  }

  @Override
  public Optional<Leakage> leakage(Model model, Plan plan, Optional<RealColumns> records) {
    return Optional.of(LeakageMeter.measure(attacked(model, plan), records));
  }

  @Override
  public Optional<AuditResult> audit(Model model, Plan plan, Optional<RealColumns> records) {
    try (JobSecret secret = JobSecret.fresh()) {
      StepQuantisation first =
          StepPlanner.quantisations(
                  model, network(model, plan.privacy()), plan, StepPlanner::forBatches)
              .get(0);
      return Optional.of(
          Audit.run(
              attacked(model, plan),
              draws(model, plan, secret),
              records,
              FirstRoundNoise.attack(model, first)));
    }
  }

  @Override
  public NaiveProgram naiveProgram(Model model, Plan plan) {
    return new NaiveBayhenn(model, plan);
  }

  @Override
  public Travel travel() {
    return LatticeFormat.TRAVEL;
  }
}
