package io.nightjar.cluster;

import io.nightjar.exchange.BlockFileWriter;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.owner.BatchSteps;
import io.nightjar.owner.Part;
import io.nightjar.owner.PartFiles;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import io.nightjar.report.ReportSubject;
import io.nightjar.results.PartWriter;
import io.nightjar.spark.TaskBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/** A step of the data owner's with the pieces of one task. */
final class OwnerTask implements FlatMapFunction<Iterator<OwnerPiece>, Outcome> {

  private static final long serialVersionUID = 1;

  private final OwnerOpening opening;
  private final Wave wave;
  private final int round;
  private final List<Long> poisoned;
  private final ReportSubject subject;

  /**
   * Creates the step that uploads a round, or after the last one makes predictions.
   *
   * @param round the round to upload; as many as there are for predictions
   * @param poisoned the batches of the wave that are known to be poisoned
   * @param subject what predictions are
   */
  OwnerTask(
      OwnerOpening opening, Wave wave, int round, List<Long> poisoned, ReportSubject subject) {
    this.opening = opening;
    this.wave = wave;
    this.round = round;
    this.poisoned = new ArrayList<>(poisoned);
    this.subject = subject;
  }

  @Override
  public Iterator<Outcome> call(Iterator<OwnerPiece> pieces) throws IOException {
    OpenJob job = OwnerProcess.get(opening);
    BatchSteps steps = job.steps(new ToldBatches(opening.job(), poisoned));
    Outcome outcome =
        round < job.plan().rounds().size() ? upload(steps, pieces) : predict(job, steps, pieces);
    TaskBytes.read(outcome.bytesDown());
    return List.of(outcome).iterator();
  }

  private Outcome upload(BatchSteps steps, Iterator<OwnerPiece> pieces) throws IOException {
    try (BlockFileWriter uploads = steps.uploads(wave, round)) {
      while (pieces.hasNext()) {
        OwnerPiece piece = pieces.next();
        DataOwnerBatch batch = opened(steps, piece);
        accept(steps, piece, batch, piece.draw());
        if (piece.made().isEmpty()) {
          steps.write(uploads, batch, piece.draw());
        } else {
          steps.repeat(uploads, batch, piece.draw(), piece.made().get(0));
        }
      }
      List<Section> written = steps.finish(uploads);
      TaskBytes.written(written);
      return Outcome.ofUploads(written, steps);
    }
  }

  /** Opens a batch with what it has to know of what was before the results that it waits for. */
  private DataOwnerBatch opened(BatchSteps steps, OwnerPiece piece) throws IOException {
    return round > 0 && steps.isResumedWithoutPast()
        ? steps.resume(piece.batch(), round - 1)
        : steps.open(piece.batch());
  }

  /** Takes the results of a draw, from the first round on that the batch waits for. */
  private void accept(BatchSteps steps, OwnerPiece piece, DataOwnerBatch batch, int draw)
      throws IOException {
    int first = steps.isResumedWithoutPast() ? Math.max(0, round - 1) : 0;
    for (int below = first; below < round; below++) {
      steps.accept(wave, below, piece.results(below, draw), batch, draw);
    }
  }

  private Outcome predict(OpenJob job, BatchSteps steps, Iterator<OwnerPiece> pieces)
      throws IOException {
    Plan plan = job.plan();
    PartFiles parts = job.parts();
    String name = "part-%05d".formatted(wave.index());
    if (TaskContext.get().numPartitions() > 1) {
      name += "-%05d".formatted(TaskContext.getPartitionId());
    }
    String file = parts.named("%s.%s".formatted(name, UUID.randomUUID())); // of no other attempt
    List<OwnerPiece> all = new ArrayList<>();
    pieces.forEachRemaining(all::add);
    int labelled = all.stream().mapToInt(piece -> piece.labels().size()).sum();
    Tally.Counter counter = new Tally.Counter(subject, labelled);
    try (PartWriter writer = parts.open(file)) {
      for (OwnerPiece piece : all) {
        DataOwnerBatch batch = opened(steps, piece);
        for (int draw = 0; draw < plan.draws(); draw++) {
          accept(steps, piece, batch, draw);
        }
        Optional<Predictions> predictions = batch.predictions();
        if (predictions.isPresent()) {
          long start = PhaseTimes.now();
          long first = piece.batch() * job.exchange().job().batchSize();
          List<RecordId> ids = steps.ids(piece.batch());
          counter.add(first, ids, predictions.get(), piece.labels());
          writer.write(first, predictions.get());
          steps.owner().times().addSince(Phase.RECORDS, start);
        }
      }
      long start = PhaseTimes.now();
      writer.commit();
      Part part = parts.finished(file, parts.named(name));
      steps.owner().times().addSince(Phase.RECORDS, start);
      return Outcome.ofPredictions(part, counter.tally(), steps);
    }
  }
}
