package io.nightjar.spark;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.natives.StageTimes;
import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.keys.OwnerKey;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocols.Protocols;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Evaluates rounds of one job as Spark jobs. It is safe to use from many threads. */
public final class RoundRunner implements AutoCloseable {

  private final JavaSparkContext spark;
  private final JobExchange exchange;
  private final Path directory;
  private final Plan plan;
  private final String format;
  private final BroadcastJob job;
  private final Broadcast<BroadcastJob> broadcast;
  private final JobMetrics metrics;
  private final ProcessMetrics.Counting counting;
  private final TaskSizes sizes;
  private final Configuration configuration;
  private final Broadcast<SerializableConfiguration> hadoop;

  /**
   * How work is cut.
   *
   * @param perCore how many tasks each core should have, if there is work enough
   * @param targetMillis how long a task should take
   * @param mostResultBytes about the native memory that one result block may take
   * @param mostBlockBytes the most native memory that reading one block may take
   */
  public record TaskSizes(
      int perCore, int targetMillis, long mostResultBytes, long mostBlockBytes) {}

  /**
   * Creates a runner and sends the job to the executors, once.
   *
   * @param owner the data owner's public key
   */
  public RoundRunner(
      JavaSparkContext spark,
      JobExchange exchange,
      Path directory,
      Plan plan,
      OwnerKey owner,
      BroadcastJob job,
      TaskSizes sizes) {
    this.spark = spark;
    this.exchange = exchange;
    this.directory = directory;
    this.plan = plan;
    this.format = Protocols.of(plan).format(plan, owner);
    this.job = job;
    this.broadcast = spark.broadcast(job);
    this.metrics = new JobMetrics(spark.sc());
    this.counting = metrics.count();
    this.sizes = sizes;
    this.configuration =
        TaskConfiguration.of(HadoopFiles.configuration(spark.hadoopConfiguration()), directory);
    this.hadoop = spark.broadcast(new SerializableConfiguration(configuration));
  }

  /**
   * Evaluates a round of a wave, unless it has been. If the thread is interrupted meanwhile, the
   * executors are told to stop.
   *
   * @param uploads its committed uploads, which have been {@linkplain #check checked}
   */
  public void run(Wave wave, int roundIndex, Manifest uploads)
      throws IOException, InterruptedException {
    TaskTimes times = TaskTimes.begin();
    try {
      long start = PhaseTimes.now();
      var done = exchange.manifest(wave.index(), roundIndex, Direction.DOWN, uploads.digest());
      if (done.isPresent()) {
        return;
      }
      exchange.clear(wave.index(), roundIndex, Direction.DOWN);
      times.exchangedSince(start);
      StageTimes.addSince(StageTimes.Stage.COMMITTING, start);
      List<Section> results = evaluate(wave, plan.rounds().get(roundIndex), uploads);
      start = PhaseTimes.now();
      exchange.commit(
          Manifest.of(
              exchange.job(), wave.index(), roundIndex, Direction.DOWN, uploads.digest(), results));
      times.exchangedSince(start);
      StageTimes.addSince(StageTimes.Stage.COMMITTING, start);
    } finally {
      metrics.add(times.times());
    }
  }

  private List<Section> evaluate(Wave wave, Round round, Manifest uploads)
      throws IOException, InterruptedException {
    List<List<WorkUnit>> units =
        new RoundSplitter(plan, round)
            .split(
                uploads.sections(),
                spark.defaultParallelism(),
                sizes.perCore(),
                sizes.targetMillis() * 1_000_000L);
    try (RoundTasks tasks = RoundTasks.of(units)) {
      return evaluate(wave, round, tasks);
    }
  }

  private List<Section> evaluate(Wave wave, Round round, RoundTasks tasks)
      throws IOException, InterruptedException {
    RoundWork work =
        new RoundWork(
            exchange.job(),
            directory.toString(),
            wave.index(),
            round.index(),
            plan.protocol(),
            format,
            sizes.mostBlockBytes(),
            tasks.name());
    Configuration task = new Configuration(configuration);
    work.store(task);
    String group =
        "nightjar %s, wave %d, round %d"
            .formatted(exchange.job().job(), wave.index(), round.index() + 1);
    String description =
        "%s: wave %d, round %d of %d, %s"
            .formatted(
                plan.model(), wave.index(), round.index() + 1, plan.rounds().size(), round.title());
    EvaluateUnits evaluation =
        new EvaluateUnits(broadcast, hadoop, work, sizes.mostResultBytes(), metrics);
    return SparkJobs.run(
        spark,
        group,
        description,
        () ->
            spark
                .newAPIHadoopRDD(task, BlockInputFormat.class, WorkUnit.class, EncryptedBlock.class)
                .mapPartitions(evaluation, true)
                .collect(),
        failure -> failed(wave, round, failure));
  }

  private static RuntimeException failed(Wave wave, Round round, Exception failure) {
    return new RoundFailedException(
        "Wave %d, round %d (%s) failed on the executors: %s"
            .formatted(wave.index(), round.index(), round.title(), SparkJobs.reason(failure)),
        failure);
  }

  /**
   * Refuses uploads that are not those of a round of the wave: every batch once, for every draw
   * once after the first round.
   *
   * @throws ExchangeException if they are others
   */
  public void check(Wave wave, int round, Manifest uploads) {
    int draws = plan.uploads(round);
    long count = (long) wave.batches() * draws; // perhaps more than there is memory for names
    Set<BlockName> expected = new HashSet<>();
    for (long batch = wave.firstBatch();
        count == uploads.sections().size() && batch < wave.endBatch();
        batch++) {
      for (int draw = 0; draw < draws; draw++) {
        expected.add(new BlockName(batch, draw, 0));
      }
    }
    Set<BlockName> found = new HashSet<>();
    for (Section upload : uploads.sections()) {
      found.add(BlockName.parse(upload.name()));
    }
    if (count != uploads.sections().size() || !found.equals(expected)) {
      throw new ExchangeException(
          "The manifest of wave %d, round %d has %d uploads, which are not the %d of its batches and draws"
              .formatted(wave.index(), round, found.size(), count));
    }
  }

  /** Returns how long rounds were in a phase, all together; 0 for the data owner's phases. */
  public double seconds(Phase phase) {
    return metrics.seconds(phase);
  }

  /** Returns the most native memory that the blocks of one executor took. */
  public long peakBytes() {
    return metrics.peakBytes();
  }

  /** Takes the job back from the executors. */
  @Override
  public void close() {
    counting.close();
    broadcast.destroy();
    hadoop.destroy();
    job.wipe();
  }
}
