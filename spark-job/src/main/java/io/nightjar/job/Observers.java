package io.nightjar.job;

import io.nightjar.cluster.Tally;
import io.nightjar.exchange.Wave;
import io.nightjar.owner.OwnerListener;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import io.nightjar.report.Findings;
import java.util.List;
import java.util.Optional;

/**
 * Everybody who hears what the data owner has done.
 *
 * @param progress hears everything
 * @param findings takes all predictions
 * @param evaluation compares them with labels, where there are any
 */
record Observers(OwnerListener progress, Findings findings, Optional<Evaluation> evaluation)
    implements OwnerListener {

  @Override
  public void uploaded(Wave wave, int round) {
    progress.uploaded(wave, round);
  }

  @Override
  public void predicted(long firstRecord, List<RecordId> ids, Predictions predictions) {
    findings.add(firstRecord, ids, predictions);
    evaluation.ifPresent(labelled -> labelled.add(firstRecord, predictions));
    progress.predicted(firstRecord, ids, predictions);
  }

  /** Takes what was counted of predictions elsewhere. */
  void counted(Tally tally) {
    findings.add(tally.findings());
    tally.correctness().ifPresent(found -> evaluation.ifPresent(labelled -> labelled.add(found)));
  }

  /** Returns what consecutive records really are; none if nobody knows. */
  List<double[]> labels(long first, int count) {
    return evaluation.map(labelled -> labelled.labels(first, count)).orElse(List.of());
  }

  @Override
  public void finished(Wave wave) {
    progress.finished(wave);
  }
}
