package io.nightjar.bench;

import io.nightjar.job.WaveSizes;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import java.util.ArrayList;
import java.util.List;

/** Foretells jobs of a plan on other machines than this one, from what was measured here. */
final class ScaleModel {

  /** As {@code ClusterWorkers} and {@code ThreadWorkers} cut the work of a step. */
  private static final int OWNER_TASKS_PER_CORE = 2;

  /** So much more than its JSON a manifest takes in a driver that reads it. */
  private static final int OBJECTS_TO_JSON = 4;

  /** As {@code RoundSplitter} has it. */
  private static final double LEAST_TASK_SECONDS = 0.02;

  private final Plan plan;
  private final ScaleCosts costs;
  private final Cutting cutting;

  /**
   * The settings that work is cut by.
   *
   * @param inFlight how many waves are under way at a time
   * @param tasksPerCore how many tasks each core of the executors has at the least
   * @param taskSeconds how long a task should take
   */
  record Cutting(int inFlight, int tasksPerCore, double taskSeconds) {}

  /**
   * A job, foretold.
   *
   * @param roundsSeconds how long its rounds take
   * @param waves how many waves it has
   * @param files how many files of blocks it writes
   * @param manifests how many manifests
   * @param manifestBytes the largest of them
   * @param driverBytes what manifests of waves under way take in one driver
   * @param launchedPerSecond how many tasks a driver starts each second
   */
  record Job(
      double roundsSeconds,
      long waves,
      double files,
      long manifests,
      double manifestBytes,
      double driverBytes,
      double launchedPerSecond) {}

  ScaleModel(Plan plan, ScaleCosts costs, Cutting cutting) {
    this.plan = plan;
    this.costs = costs;
    this.cutting = cutting;
  }

  /** What the steps of a wave come to. */
  private static final class Counted {
    private double files;
    private double tasks;
    private long mostSections;
  }

  /**
   * Foretells a job.
   *
   * @param threads whether the data owner works on threads of the driver, not on a cluster
   */
  Job job(long records, Pipeline.Cores cores, boolean threads) {
    long batches = (records - 1) / plan.batchSize() + 1;
    int cutFor = threads ? cores.executors() : Math.max(cores.owner(), cores.executors());
    int perWave = WaveSizes.choose(plan, batches, cutFor, cutting.inFlight());
    int waves = Math.toIntExact((batches - 1) / perWave + 1);
    int last = (int) (batches - (long) (waves - 1) * perWave);
    Counted counted = new Counted();
    List<Pipeline.Step> full = steps(perWave, cores, threads, counted);
    List<Pipeline.Step> rest = steps(last, cores, threads, new Counted());
    double seconds =
        new Pipeline(cores)
            .seconds(waves, cutting.inFlight(), wave -> wave == waves - 1 ? rest : full);
    double manifestBytes = counted.mostSections * costs.sectionBytes();
    return new Job(
        seconds,
        waves,
        counted.files * waves,
        2L * plan.rounds().size() * waves,
        manifestBytes,
        2 * cutting.inFlight() * OBJECTS_TO_JSON * manifestBytes,
        counted.tasks * waves / seconds);
  }

  private List<Pipeline.Step> steps(
      int batches, Pipeline.Cores cores, boolean threads, Counted counted) {
    List<Pipeline.Step> steps = new ArrayList<>();
    double ownerBytes = 0;
    double executorNanos = 0;
    for (Round round : plan.rounds()) {
      ownerBytes += plan.bytesUpPerRecord(round) + plan.bytesDownPerRecord(round);
      executorNanos += nanos(round);
    }
    double before = 0; // bytes of the results that the next step reads
    long sectionsBefore = 0;
    for (Round round : plan.rounds()) {
      long uploads = (long) batches * plan.uploads(round.index());
      double share = (before + plan.bytesUpPerRecord(round)) / ownerBytes;
      steps.add(owners(batches, share, uploads, sectionsBefore, cores, threads, counted));
      double perBatch = costs.executorSecondsPerBatch() + costs.otherSecondsPerBatch() / 2;
      double work = batches * perBatch * nanos(round) / executorNanos;
      long results = (long) batches * plan.draws();
      steps.add(executors(work, uploads, results, cores, counted));
      before = plan.bytesDownPerRecord(round);
      sectionsBefore = results;
    }
    steps.add(
        owners(batches, before / ownerBytes, batches, sectionsBefore, cores, threads, counted));
    return steps;
  }

  private double nanos(Round round) {
    RoundCost cost = plan.sheet().cost(plan, round);
    return cost.readNanos() + plan.draws() * (cost.drawNanos() + cost.evaluateNanos());
  }

  private Pipeline.Step owners(
      int batches,
      double share,
      long pieces,
      long sectionsBefore,
      Pipeline.Cores cores,
      boolean threads,
      Counted counted) {
    long tasks = Math.min(pieces, (long) OWNER_TASKS_PER_CORE * cores.owner());
    counted.files += tasks;
    counted.tasks += threads ? 0 : tasks;
    double perBatch = costs.ownerSecondsPerBatch() + costs.otherSecondsPerBatch() / 2;
    double work = batches * perBatch * share + tasks * costs.fileSeconds();
    double spark = threads ? 0 : costs.sparkJobSeconds() + tasks * costs.taskSeconds();
    return new Pipeline.Step(
        true, spark + manifest(Math.max(pieces, sectionsBefore), counted), work, pieces);
  }

  private Pipeline.Step executors(
      double work, long uploads, long results, Pipeline.Cores cores, Counted counted) {
    double forAllCores = work / ((double) cores.executors() * cutting.tasksPerCore());
    double target = Math.max(Math.min(cutting.taskSeconds(), forAllCores), LEAST_TASK_SECONDS);
    long tasks = Math.max(1, (long) Math.ceil(work / target));
    counted.files += tasks;
    counted.tasks += tasks;
    long sections = Math.max(uploads, Math.max(results, tasks));
    double latency = tasks * costs.taskSeconds() + manifest(sections, counted);
    return new Pipeline.Step(false, latency, work + tasks * costs.fileSeconds(), tasks);
  }

  private double manifest(long sections, Counted counted) {
    counted.mostSections = Math.max(counted.mostSections, sections);
    return costs.roundSeconds() / 2 + sections * costs.sectionSeconds();
  }
}
