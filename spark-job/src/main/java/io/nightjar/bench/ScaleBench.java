package io.nightjar.bench;

import io.nightjar.job.LaunchCosts;
import io.nightjar.job.PlanSettings;
import io.nightjar.job.WaveSizes;
import io.nightjar.naive.Timing;
import io.nightjar.plan.Plan;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.conf.Configuration;

/**
 * Measures jobs with one and two cores for each party, and what a task, a file and a manifest take;
 * foretells the same jobs from the measured times of the smallest, to see what foretelling is
 * worth; and then jobs that no machine at hand could run.
 */
public final class ScaleBench {

  private static final int[] FEW_CORES = {1, 2};

  private static final long[] RECORDS = {1_000_000, 10_000_000, 100_000_000, 1_000_000_000};

  private static final int[] CORES = {1, 10, 100, 1_000};

  /** Each party's has a core of its own where jobs are foretold. */
  private static final int DRIVERS = 2;

  /** A job in so many times as many waves, from which it is seen what a round takes by itself. */
  private static final int MORE_WAVES = 8;

  /** A smaller job, from which it is seen what records take besides their rounds. */
  private static final int SMALLER = 4;

  private final org.apache.hadoop.fs.Path directory;
  private final Plan plan;
  private final Settings settings;
  private final Setups setups;
  private final long records;
  private final int warmUpSeconds;
  private final Consumer<String> notes;

  /**
   * What jobs with these cores came to, beside what was foretold.
   *
   * @param kind says which line it is
   * @param threads all cores together
   */
  public record Measured(
      String kind,
      String model,
      int samples,
      String protocol,
      int threads,
      int ownerCores,
      int executorCores,
      long records,
      double recordsPerSecond,
      double foretoldRecordsPerSecond,
      double error) {}

  /**
   * What was measured of parts.
   *
   * @param kind says which line it is
   * @param threads the cores that it was measured on
   */
  public record Parts(
      String kind, String model, int samples, String protocol, int threads, ScaleCosts costs) {}

  /**
   * A job that was foretold.
   *
   * @param kind says which line it is
   * @param threads all cores together
   * @param hours from start to end
   * @param manifestMebibytes the largest manifest
   * @param driverMebibytes what manifests of waves under way take in one driver
   * @param launchedPerSecond how many tasks a driver starts each second
   * @param gigabitsPerSecond what goes through the exchange each second, both ways
   */
  public record Foretold(
      String kind,
      String model,
      int samples,
      String protocol,
      int threads,
      int ownerCores,
      int executorCores,
      long records,
      double hours,
      long waves,
      long files,
      long manifests,
      double manifestMebibytes,
      double driverMebibytes,
      double launchedPerSecond,
      double gigabitsPerSecond) {}

  /** All that a benchmark came to. */
  public record Result(List<Measured> measured, Parts parts, List<Foretold> foretold) {}

  /** What a run is measured by. */
  private record Run(
      int waves,
      double recordsPerSecond,
      double aroundSeconds,
      double processorSeconds,
      Map<String, Object> report) {}

  /**
   * Gives the settings of a job whose data owner has so many cores and whose waves so many batches.
   */
  public interface Setups {
    Settings of(int ownerCores, int batchesPerWave);
  }

  private ScaleBench(
      org.apache.hadoop.fs.Path directory,
      Plan plan,
      Setups setups,
      long records,
      int warmUpSeconds,
      Consumer<String> notes) {
    this.directory = directory;
    this.plan = plan;
    this.settings = setups.of(1, 1);
    this.setups = setups;
    this.records = records;
    this.warmUpSeconds = warmUpSeconds;
    this.notes = notes;
  }

  /**
   * Reads and plans a model.
   *
   * @param batches how many batches a job scores
   * @param warmUpSeconds how long jobs run before any counts
   * @param setups give the settings of jobs
   * @param notes hears of progress
   */
  public static ScaleBench of(
      String directory, int batches, int warmUpSeconds, Setups setups, Consumer<String> notes)
      throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(directory);
    ModelFiles model = ModelFiles.read(path, new Configuration());
    Plan plan = PlanSettings.explain(model.model(), setups.of(1, 1));
    long count = (long) batches * plan.batchSize();
    return new ScaleBench(path, plan, setups, count, warmUpSeconds, notes);
  }

  /** Measures in turn, so many times, and foretells. */
  public Result measure(int rounds) throws IOException, InterruptedException {
    int machine = Runtime.getRuntime().availableProcessors();
    try (TemporaryDirectory place = TemporaryDirectory.create("nightjar-bench")) {
      note("writing %,d random images".formatted(records));
      Path images = place.path().resolve("images.idx");
      Path fewer = place.path().resolve("fewer.idx");
      RandomImages.write(images, records, plan.input().shape().size());
      RandomImages.write(fewer, records / SMALLER, plan.input().shape().size());
      note("warming up");
      long start = System.nanoTime();
      do {
        score(1, 1, images);
      } while (System.nanoTime() - start < warmUpSeconds * 1e9);
      Map<Pipeline.Cores, List<Run>> runs = new LinkedHashMap<>();
      List<Run> small = new ArrayList<>();
      List<Run> cut = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        for (int executors : FEW_CORES) {
          for (int owner : FEW_CORES) {
            Run run = score(owner, executors, images);
            runs.computeIfAbsent(
                    new Pipeline.Cores(owner, executors, machine), cores -> new ArrayList<>())
                .add(run);
            note(
                "round %d of %d, cores %d + %d: %,.0f records/s"
                    .formatted(round + 1, rounds, owner, executors, run.recordsPerSecond()));
          }
        }
        small.add(score(1, 1, fewer));
        cut.add(score(1, 1, images, MORE_WAVES));
      }
      note("measuring tasks, files and manifests");
      List<Run> first = runs.get(new Pipeline.Cores(1, 1, machine));
      ScaleCosts costs = costs(first, small, cut, place.path());
      ScaleModel model = new ScaleModel(plan, costs, cutting());
      return new Result(
          measured(model, runs),
          new Parts("parts", plan.model(), plan.draws(), plan.protocol(), machine, costs),
          foretold(model, costs, first));
    }
  }

  private void note(String text) {
    notes.accept("%s, S = %d: %s".formatted(plan.model(), plan.draws(), text));
  }

  private ScaleModel.Cutting cutting() {
    return new ScaleModel.Cutting(
        settings.get(NightjarSettings.WAVES_IN_FLIGHT),
        settings.get(NightjarSettings.TASK_PER_CORE),
        settings.get(NightjarSettings.TASK_TARGET_MILLIS) / 1e3);
  }

  private Run score(int owner, int executors, Path images)
      throws IOException, InterruptedException {
    return score(owner, executors, images, 1);
  }

  /** Scores images in so many times as many waves as a job would have. */
  private Run score(int owner, int executors, Path images, int times)
      throws IOException, InterruptedException {
    long batches = records / plan.batchSize();
    int inFlight = settings.get(NightjarSettings.WAVES_IN_FLIGHT);
    int perWave = Math.max(1, WaveSizes.choose(plan, batches, executors, inFlight) / times);
    TimedJob job = TimedJob.of(directory, images, executors, setups.of(owner, perWave));
    return new Run(
        (int) ((batches - 1) / perWave + 1),
        job.number("recordsPerSecond"),
        job.seconds() - job.number("wallSeconds"),
        job.processorSeconds(),
        job.report());
  }

  /**
   * Takes apart what jobs took: those that were measured first, smaller ones, and others that were
   * cut into more waves.
   */
  private ScaleCosts costs(List<Run> runs, List<Run> small, List<Run> cut, Path place)
      throws IOException, InterruptedException {
    double batches = (double) records / plan.batchSize();
    double around = median(runs, Run::aroundSeconds);
    double aroundFewer = median(small, Run::aroundSeconds);
    double perRecord = Math.max(0, (around - aroundFewer) / (records - records / SMALLER));
    long rounds = rounds(runs);
    double more = rounds(cut) - rounds;
    double processor = median(runs, Run::processorSeconds);
    double busy = median(runs, ScaleBench::busy);
    double perRound = (median(cut, Run::processorSeconds) - processor) / more;
    double busyPerRound = (median(cut, ScaleBench::busy) - busy) / more;
    double other = processor - around - busy - rounds * (perRound - busyPerRound);
    LaunchCosts launch = LaunchCosts.measure("local[1]", settings);
    ExchangeCosts exchange = ExchangeCosts.measure(place);
    return new ScaleCosts(
        (median(runs, run -> busy(run, "dataOwner")) - rounds * busyPerRound / 2) / batches,
        (median(runs, run -> busy(run, "executors")) - rounds * busyPerRound / 2) / batches,
        Math.max(0, other) / batches,
        Math.max(0, perRound),
        launch.jobSeconds(),
        launch.taskSeconds(),
        exchange.fileSeconds(),
        exchange.sectionSeconds(),
        exchange.sectionBytes(),
        Math.max(0, around - perRecord * records),
        perRecord);
  }

  /** Returns how many rounds all waves of a job have together. */
  private long rounds(List<Run> runs) {
    return (long) runs.get(0).waves() * plan.rounds().size();
  }

  private static double busy(Run run) {
    return busy(run, "dataOwner") + busy(run, "executors");
  }

  private List<Measured> measured(ScaleModel foretelling, Map<Pipeline.Cores, List<Run>> runs) {
    List<Measured> all = new ArrayList<>();
    runs.forEach(
        (cores, of) -> {
          double found = median(of, Run::recordsPerSecond);
          double foretold = records / foretelling.job(records, cores, true).roundsSeconds();
          all.add(
              new Measured(
                  "measured",
                  plan.model(),
                  plan.draws(),
                  plan.protocol(),
                  cores.owner() + cores.executors(),
                  cores.owner(),
                  cores.executors(),
                  records,
                  found,
                  foretold,
                  foretold / found - 1));
        });
    return all;
  }

  private List<Foretold> foretold(ScaleModel foretelling, ScaleCosts costs, List<Run> runs) {
    double bytes =
        median(
            runs,
            run ->
                number(run.report(), "bytesUpPerRecord")
                    + number(run.report(), "bytesDownPerRecord"));
    List<Foretold> all = new ArrayList<>();
    for (long count : RECORDS) {
      for (int each : CORES) {
        Pipeline.Cores cores = new Pipeline.Cores(each, each, 2 * each + DRIVERS);
        ScaleModel.Job job = foretelling.job(count, cores, false);
        double seconds =
            job.roundsSeconds()
                + costs.startSeconds()
                + count * costs.aroundSecondsPerRecord() / each;
        all.add(
            new Foretold(
                "foretold",
                plan.model(),
                plan.draws(),
                plan.protocol(),
                2 * each,
                each,
                each,
                count,
                seconds / 3600,
                job.waves(),
                (long) job.files(),
                job.manifests(),
                job.manifestBytes() / 0x1p20,
                job.driverBytes() / 0x1p20,
                job.launchedPerSecond(),
                count * bytes * 8 / job.roundsSeconds() / 1e9));
      }
    }
    return all;
  }

  private static double busy(Run run, String party) {
    Map<?, ?> busy = (Map<?, ?>) run.report().get("busySeconds");
    return ((Number) busy.get(party)).doubleValue();
  }

  private static double number(Map<String, Object> report, String name) {
    return ((Number) report.get(name)).doubleValue();
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
    return Timing.median(runs.stream().mapToDouble(figure).toArray());
  }
}
