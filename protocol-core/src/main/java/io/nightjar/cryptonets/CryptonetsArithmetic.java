package io.nightjar.cryptonets;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.lattice.Hiding;
import io.nightjar.lattice.LatticeFormat;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.MessageChecks;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PreparedUpload;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundTask;
import io.nightjar.protocol.RoundUpload;
import java.util.NoSuchElementException;

/** The model owner's arithmetic under CKKS, where a task is a whole network. */
final class CryptonetsArithmetic implements RoundArithmetic {

  private final Plan plan;
  private final CryptonetsSheet sheet;
  private final NetworkDraws draws;
  private final LatticeKeys.Opened keys;
  private final BlockEvaluator evaluator;
  private final NetworkEvaluator network;
  private final Hiding hiding;

  CryptonetsArithmetic(ModelOwnerJob job, CryptonetsSheet sheet) {
    this.plan = job.plan();
    this.sheet = sheet;
    this.draws = new NetworkDraws(job.model(), plan, job.secret());
    HeContext context = LatticeFormat.of(sheet.encryption()).context(job.resources());
    this.keys = LatticeKeys.open(job.owner(), context);
    this.evaluator = new BlockEvaluator(context);
    this.network =
        new NetworkEvaluator(
            evaluator,
            keys.relinearisation()
                .orElseThrow(() -> new InvalidKeyException("it has no relinearisation key")));
    this.hiding = new Hiding(sheet.lattice(), sheet.layout(), job.secret(), keys.publicKey());
  }

  @Override
  public void check(Round round, EncryptedBlock upload) {
    CipherBlock found =
        sheet.lattice().requireBlock(upload, sheet.lattice().upload(plan.layout().uploaded(round)));
    MessageChecks.require("scale", sheet.scale(), found.scale());
  }

  @Override
  public PreparedUpload open(RoundUpload upload, PhaseTimes times) {
    return task -> evaluate(task, times);
  }

  private Results evaluate(RoundTask task, PhaseTimes times) {
    CiphertextRange all = new CiphertextRange(0, plan.layout().returned(task.round()));
    if (!task.range().equals(all)) {
      throw new IllegalArgumentException(
          "A whole network has %s, not %s".formatted(all, task.range()));
    }
    return new WholeNetwork(task, times);
  }

  @Override
  public void close() {
    keys.close();
  }

  /** The results of a task, which are one block. */
  private final class WholeNetwork implements Results {
    private final RoundTask task;
    private final PhaseTimes times;
    private boolean done;

    WholeNetwork(RoundTask task, PhaseTimes times) {
      this.task = task;
      this.times = times;
    }

    @Override
    public boolean hasNext() {
      return !done;
    }

    @Override
    public Message next() {
      if (done) {
        throw new NoSuchElementException("The network has been evaluated");
      }
      done = true;
      DrawnNetwork drawn = times.timed(Phase.DRAW, () -> draws.network(task.place()));
      BlockLabel label = task.result(0);
      CipherBlock upload = (CipherBlock) task.upload().block();
      try (CipherBlock result = times.timed(Phase.LINEAR, () -> network.evaluate(drawn, upload))) {
        return new Message(
            label, times.timed(Phase.HIDE, () -> hiding.hide(evaluator, task, label, result)));
      }
    }

    @Override
    public void close() {
      done = true;
    }
  }
}
