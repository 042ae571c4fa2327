package io.nightjar.clear;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.model.Model;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.network.Network;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.Round;
import io.nightjar.plan.Sheet;
import io.nightjar.privacy.AuditResult;
import io.nightjar.privacy.Leakage;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.MessageChecks;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.PreparedUpload;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolOption;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundUpload;
import io.nightjar.protocol.SharedResources;
import io.nightjar.protocol.Travel;
import io.nightjar.rounds.BatchDraws;
import io.nightjar.rounds.IntegerCipher;
import io.nightjar.rounds.PlannedStep;
import io.nightjar.rounds.RoundsCodec;
import io.nightjar.rounds.StepPlanner;
import io.nightjar.rounds.StepQuantisation;
import java.util.List;
import java.util.Optional;

/** The rounds of bayhenn on integers in the clear. */
public final class Clear implements Protocol {

  private static final String NAME = "clear";

  private static final ProtocolOption OFFSET =
      new ProtocolOption(
          "plan.clearOffset",
          new ProtocolOption.Range(0, 1000),
          7,
          "What the toy adds to every integer.");

  private static final ProtocolOption TOGETHER =
      new ProtocolOption(
          "plan.clearTogether",
          new ProtocolOption.Range(1, 100),
          1,
          "How many features the toy has in each ciphertext.");

  /** Creates the protocol; the list of protocols does. */
  public Clear() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "is a toy that protects nothing";
  }

  @Override
  public List<ProtocolOption> options() {
    return List.of(OFFSET, TOGETHER);
  }

  @Override
  public Plan plan(Model model, PlanOptions options) {
    options.requireDrawsFrom(model.posterior());
    Network network = Network.of(model.architecture());
    List<PlannedStep<StepQuantisation>> steps =
        StepPlanner.steps(model, network, options, StepPlanner::forBatches);
    return new Plan(
        options.header(NAME, model.architecture(), options.weightBits(), network.preparation()),
        steps.stream().map(step -> step.planned(1)).toList(),
        new ClearSheet(
            new ClearParameters(options.own().integer(OFFSET)), options.own().integer(TOGETHER)));
  }

  private static ClearParameters parameters(Plan plan) {
    return ((ClearSheet) plan.sheet()).encryption();
  }

  @Override
  public Sheet readSheet(PlanNode plan) {
    return new ClearSheet(
        new ClearParameters(plan.integer("clearOffset")), plan.integer("clearTogether"));
  }

  @Override
  public KeyScheme keys(Plan plan) {
    return new ClearKeys(parameters(plan));
  }

  @Override
  public OwnerCodec codec(Plan plan, OwnerSecret secret) {
    return new RoundsCodec(plan, new Cipher(parameters(plan)));
  }

  private record Cipher(ClearParameters parameters) implements IntegerCipher {
    @Override
    public EncryptedBlock encrypt(IntegerSlots slots, EncryptionName name) {
      return new ClearBlock(slots);
    }

    @Override
    public void check(BlockFormat.Header header) {
      if (!(header instanceof ClearFormat.ClearHeader)) {
        throw MessageChecks.otherScheme();
      }
    }

    @Override
    public void check(EncryptedBlock block) {
      MessageChecks.block(ClearBlock.class, block);
    }

    @Override
    public double decrypt(EncryptedBlock block, IntegerSlots into, int firstCiphertext) {
      long[] found = ((ClearBlock) block).slots().values();
      System.arraycopy(found, 0, into.values(), into.index(firstCiphertext, 0), found.length);
      return 1;
    }

    @Override
    public BlockFormat format(long mostBlockBytes) {
      return new ClearFormat(parameters, mostBlockBytes);
    }
  }

  @Override
  public String format(Plan plan, OwnerKey owner) {
    return Integer.toString(parameters(plan).offset());
  }

  @Override
  public BlockFormat openFormat(String format, SharedResources resources, long mostBlockBytes) {
    return new ClearFormat(new ClearParameters(Integer.parseInt(format)), mostBlockBytes);
  }

  @Override
  public RoundArithmetic arithmetic(ModelOwnerJob job) {
    BatchDraws draws = new BatchDraws(job.model(), job.plan(), job.secret());
    return new RoundArithmetic() {
      @Override
      public void check(Round round, EncryptedBlock upload) {
        int uploaded = job.plan().layout().uploaded(round);
        ClearBlock found = MessageChecks.block(ClearBlock.class, upload);
        MessageChecks.require("ciphertexts", uploaded, found.ciphertexts());
      }

      @Override
      public PreparedUpload open(RoundUpload upload, PhaseTimes times) {
        return new ClearUpload(task -> new ClearResults(job.plan(), draws, task, times));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Draws draws(Model model, Plan plan, JobSecret secret) {
    return new BatchDraws(model, plan, secret);
  }

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
    return new NaiveProgram() {
      @Override
      public String description() {
        return "The naive program of the toy does nothing.";
      }

      @Override
      public Seconds perBatch(double linearNanos) {
        return new Seconds(1, 1, 1);
      }
    };
  }

  @Override
  public Travel travel() {
    return new Travel(List.of(), List.of(ClearBlock.class, ClearKeys.ClearSecret.class));
  }
}
