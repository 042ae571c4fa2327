package io.nightjar.bench;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A simulation of a job: waves go through their steps, several at a time, each step on the cores of
 * one party.
 *
 * <p>Work is a fluid that cores share: an earlier wave takes as many as it has pieces for, and
 * later ones take what is left. A driver that prepares or ends a step takes a core, which is none
 * of the parties'. All together have no more cores than the machine.
 */
final class Pipeline {

  private static final double NOTHING = 1e-12;

  /**
   * A step of a wave.
   *
   * @param isOwners whether the data owner's cores do it
   * @param latency seconds in which a driver prepares and ends it, before any other core works on
   *     it
   * @param work core seconds
   * @param pieces into how many equal tasks the work is cut
   */
  record Step(boolean isOwners, double latency, double work, long pieces) {}

  /**
   * The cores that there are.
   *
   * @param owner the data owner's
   * @param executors the model owner's
   * @param machine those that can work at a time, with the drivers'
   */
  record Cores(int owner, int executors, int machine) {

    int of(Step step) {
      return step.isOwners() ? owner : executors;
    }
  }

  private final Cores cores;

  Pipeline(Cores cores) {
    this.cores = cores;
  }

  /** A wave under way. */
  private static final class Wave {
    private final Iterator<Step> steps;
    private Step step;
    private double latency;
    private double work;
    private double rate;

    Wave(List<Step> steps) {
      this.steps = steps.iterator();
      next();
    }

    /** Goes to the next step, and returns whether there is one. */
    boolean next() {
      if (!steps.hasNext()) {
        return false;
      }
      step = steps.next();
      latency = step.latency();
      work = step.work();
      return true;
    }

    double untilNext() {
      return rate > 0 ? (latency > 0 ? latency : work) / rate : Double.POSITIVE_INFINITY;
    }

    /** Lets time pass, and returns whether the step has ended. */
    boolean pass(double seconds) {
      if (latency > 0) {
        latency -= rate * seconds;
        latency = latency < NOTHING ? 0 : latency;
      } else {
        work -= rate * seconds;
      }
      return latency == 0 && work < NOTHING;
    }
  }

  /**
   * Returns how many seconds a job takes.
   *
   * @param inFlight how many waves are under way at a time
   * @param steps the steps of a wave, at least one
   */
  double seconds(int waves, int inFlight, IntFunction<List<Step>> steps) {
    List<Wave> active = new ArrayList<>();
    double now = 0;
    int begun = 0;
    while (begun < waves || !active.isEmpty()) {
      while (active.size() < inFlight && begun < waves) {
        active.add(new Wave(steps.apply(begun++)));
      }
      share(active);
      double step = active.stream().mapToDouble(Wave::untilNext).min().orElseThrow();
      now += step;
      active.removeIf(wave -> wave.pass(step) && !wave.next());
    }
    return now;
  }

  private void share(List<Wave> active) {
    double owner = cores.owner();
    double executors = cores.executors();
    double all = 0;
    for (Wave wave : active) {
      wave.rate = 1;
      if (wave.latency == 0) {
        wave.rate = Math.min(most(wave.step), wave.step.isOwners() ? owner : executors);
        owner -= wave.step.isOwners() ? wave.rate : 0;
        executors -= wave.step.isOwners() ? 0 : wave.rate;
      }
      all += wave.rate;
    }
    if (all > cores.machine()) {
      for (Wave wave : active) {
        wave.rate *= cores.machine() / all;
      }
    }
  }

  /** Returns how many cores a step keeps busy: the last of its pieces may not be enough for all. */
  private double most(Step step) {
    long turns = (step.pieces() - 1) / cores.of(step) + 1;
    return (double) step.pieces() / turns;
  }
}
