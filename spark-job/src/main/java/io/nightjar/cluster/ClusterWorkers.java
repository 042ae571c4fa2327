package io.nightjar.cluster;

import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.owner.OwnerWorkers;
import io.nightjar.owner.Part;
import io.nightjar.owner.ResultStore;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.report.ReportSubject;
import io.nightjar.spark.SparkJobs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;

/** The executors of a cluster that the data owner trusts, which do all of its work. */
public final class ClusterWorkers implements OwnerWorkers {

  /** So many tasks a core has of a step, if there are so many batches and draws. */
  private static final int TASKS_PER_CORE = 2;

  private final JavaSparkContext spark;
  private final OwnerOpening opening;
  private final DataOwner owner;
  private final PoisonedBatches poisoned;
  private final ResultStore results;
  private final ReportSubject subject;
  private final Truth truth;
  private final Consumer<Tally> tallies;
  private final LongAdder bytesDown = new LongAdder();

  /** What records really are. */
  public interface Truth {

    /** Returns what the records of a batch are, by class or by values; none if nobody knows. */
    List<double[]> of(long batch);
  }

  /**
   * Creates the workers of a job.
   *
   * @param owner takes what they measure; it encrypts nothing itself
   * @param poisoned where poisoned batches are remembered
   * @param results is where predictions go
   * @param subject what predictions are
   * @param tallies takes what the report says of predictions, wave by wave
   */
  public ClusterWorkers(
      JavaSparkContext spark,
      OwnerOpening opening,
      DataOwner owner,
      PoisonedBatches poisoned,
      ResultStore results,
      ReportSubject subject,
      Truth truth,
      Consumer<Tally> tallies) {
    this.spark = spark;
    this.opening = opening;
    this.owner = owner;
    this.poisoned = poisoned;
    this.results = results;
    this.subject = subject;
    this.truth = truth;
    this.tallies = tallies;
    OwnerPlugin.remember(opening.job(), poisoned);
  }

  private Plan plan() {
    return owner.plan();
  }

  @Override
  public List<Section> upload(Wave wave) throws IOException, InterruptedException {
    return upload(wave, (batch, draw) -> List.of());
  }

  private List<Section> upload(Wave wave, Made made) throws IOException, InterruptedException {
    List<OwnerPiece> pieces =
        LongStream.range(wave.firstBatch(), wave.endBatch())
            .mapToObj(batch -> new OwnerPiece(batch, 0, Map.of(), made.of(batch, 0), List.of()))
            .toList();
    return uploads(run(wave, 0, pieces));
  }

  /** Uploads that are to be made again. */
  private interface Made {

    /** Returns the upload as it was; none if it is made for the first time. */
    List<Section> of(long batch, int draw);
  }

  @Override
  public List<Section> repeat(Wave wave, Manifest made, Results below)
      throws IOException, InterruptedException {
    Map<BlockName, Section> before =
        made.sections().stream()
            .collect(Collectors.toMap(one -> BlockName.parse(one.name()), one -> one));
    Made again = (batch, draw) -> List.of(before.get(new BlockName(batch, draw, 0)));
    return made.round() == 0 ? upload(wave, again) : upload(wave, made.round(), below, again);
  }

  @Override
  public List<Section> uploadAgain(Wave wave, int round, Results below)
      throws IOException, InterruptedException {
    return upload(wave, round, below, (batch, draw) -> List.of());
  }

  private List<Section> upload(Wave wave, int round, Results below, Made made)
      throws IOException, InterruptedException {
    Map<Long, Map<OwnerPiece.At, List<Section>>> needed = needed(round, below);
    List<OwnerPiece> pieces = new ArrayList<>();
    for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
      for (int draw = 0; draw < plan().draws(); draw++) {
        int only = draw;
        Map<OwnerPiece.At, List<Section>> own = new HashMap<>(needed.getOrDefault(batch, Map.of()));
        own.keySet().removeIf(at -> at.draw() != only);
        pieces.add(new OwnerPiece(batch, draw, own, made.of(batch, draw), List.of()));
      }
    }
    return uploads(run(wave, round, pieces));
  }

  private static List<Section> uploads(List<Outcome> outcomes) {
    return outcomes.stream().flatMap(outcome -> outcome.uploads().stream()).toList();
  }

  @Override
  public void finish(Wave wave, Results below) throws IOException, InterruptedException {
    int rounds = plan().rounds().size();
    Map<Long, Map<OwnerPiece.At, List<Section>>> needed = needed(rounds, below);
    List<OwnerPiece> pieces =
        LongStream.range(wave.firstBatch(), wave.endBatch())
            .mapToObj(
                batch -> {
                  Map<OwnerPiece.At, List<Section>> own = needed.getOrDefault(batch, Map.of());
                  return new OwnerPiece(batch, 0, own, List.of(), truth.of(batch));
                })
            .toList();
    List<Outcome> outcomes = run(wave, rounds, pieces);
    List<Part> parts = outcomes.stream().flatMap(outcome -> outcome.part().stream()).toList();
    outcomes.forEach(outcome -> outcome.tally().ifPresent(tallies));
    results.finish(wave, parts);
  }

  /**
   * Returns the results that batches need which have not seen those of the rounds below one: the
   * last ones, or all if branches want what those before gave.
   */
  private Map<Long, Map<OwnerPiece.At, List<Section>>> needed(int round, Results below)
      throws IOException {
    int first = plan().jointSources().isEmpty() ? round - 1 : 0;
    Map<Long, Map<OwnerPiece.At, List<Section>>> needed = new HashMap<>();
    for (int from = first; from < round; from++) {
      for (Section section : below.of(from).sections()) {
        BlockName name = BlockName.parse(section.name());
        needed
            .computeIfAbsent(name.batch(), batch -> new HashMap<>())
            .computeIfAbsent(new OwnerPiece.At(from, name.draw()), at -> new ArrayList<>())
            .add(section);
      }
    }
    return needed;
  }

  private List<Outcome> run(Wave wave, int round, List<OwnerPiece> pieces)
      throws IOException, InterruptedException {
    List<Long> known =
        LongStream.range(wave.firstBatch(), wave.endBatch()).filter(poisoned::has).boxed().toList();
    int tasks = Math.min(pieces.size(), TASKS_PER_CORE * spark.defaultParallelism());
    String step = round < plan().rounds().size() ? "upload " + round : "predictions";
    String group = "nightjar owner %s, wave %d, %s".formatted(opening.job(), wave.index(), step);
    OwnerTask task = new OwnerTask(opening, wave, round, known, subject);
    List<Outcome> outcomes =
        SparkJobs.run(
            spark,
            group,
            "%s: wave %d, %s".formatted(plan().model(), wave.index(), step),
            () -> spark.parallelize(pieces, tasks).mapPartitions(task).collect(),
            failure -> failed(wave, step, failure));
    for (Outcome outcome : outcomes) {
      outcome.measuredTo(owner);
      bytesDown.add(outcome.bytesDown());
    }
    return outcomes;
  }

  private static IOException failed(Wave wave, String step, Exception failure) {
    String reason = SparkJobs.reason(failure);
    if (SparkJobs.isCausedBy(failure, ExchangeException.class)) {
      throw new ExchangeException(reason, failure);
    }
    return new IOException(
        "Wave %d, %s failed on the data owner's executors: %s"
            .formatted(wave.index(), step, reason),
        failure);
  }

  @Override
  public long bytesDown() {
    return bytesDown.sum();
  }

  /** Forgets the job; the cluster is the caller's to stop. */
  @Override
  public void close() {
    OwnerPlugin.forget(opening.job());
  }
}
