package io.nightjar.spark;

import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.Section;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a round of a wave into tasks of about equal cost.
 *
 * <p>The work is a sequence: upload after upload, draw after draw, ciphertext after ciphertext. Few
 * large batches are cut between draws and then within them, so that all cores have something to do;
 * of many small ones several go into one task, so that scheduling costs little.
 */
final class RoundSplitter {

  /** A task shorter than this costs more to schedule than it saves. */
  private static final double LEAST_TASK_NANOS = 20e6;

  /** A task works so many times as long as it prepares, if there are tasks enough. */
  private static final double MOST_OVERHEAD = 4;

  private final Plan plan;
  private final Round round;
  private final int ciphertexts;
  private final RoundCost cost;

  RoundSplitter(Plan plan, Round round) {
    this.plan = plan;
    this.round = round;
    this.ciphertexts = plan.layout().returned(round);
    this.cost = plan.sheet().cost(plan, round);
  }

  /**
   * Returns the units of each task.
   *
   * @param cores how many tasks run at once
   * @param perCore how many tasks each core should have, if there is work enough
   * @param targetNanos how long a task should take
   */
  List<List<WorkUnit>> split(List<Section> uploads, int cores, int perCore, long targetNanos) {
    int draws = round.index() == 0 ? plan.draws() : 1;
    double total =
        uploads.size() * (cost.readNanos() + draws * (cost.drawNanos() + cost.evaluateNanos()));
    double forAllCores = total / ((double) cores * perCore);
    double target = Math.max(Math.min((double) targetNanos, forAllCores), LEAST_TASK_NANOS);
    if (cost.drawNanos() > 0) { // reading and preparing are for each task anew
      double prepare = cost.readNanos() + cost.drawNanos();
      target = Math.max(target, Math.min(MOST_OVERHEAD * prepare, total / cores));
    }
    Cutter cutter = new Cutter(target);
    for (Section upload : uploads) {
      BlockName name = BlockName.parse(upload.name());
      int firstDraw = round.index() == 0 ? 0 : name.draw();
      cutter.add(upload, name, firstDraw, draws);
    }
    return cutter.finish();
  }

  private final class Cutter {
    private final double target;
    private final List<List<WorkUnit>> tasks = new ArrayList<>();
    private List<WorkUnit> open = new ArrayList<>();
    private double used;

    Cutter(double target) {
      this.target = target;
    }

    void add(Section upload, BlockName name, int firstDraw, int draws) {
      double wholeNanos = cost.drawNanos() + cost.evaluateNanos();
      if (wholeNanos > 1.5 * target) {
        cutDraws(upload, name, firstDraw, draws);
        return;
      }
      int next = firstDraw;
      int end = firstDraw + draws;
      while (next < end) {
        double room = target - used - cost.readNanos();
        int count = (int) Math.max(room / wholeNanos + 0.5, used == 0 ? 1 : 0);
        if (count == 0) {
          close();
          continue;
        }
        count = Math.min(count, end - next);
        open.add(new WorkUnit(upload, name.batch(), name.draw(), next, count, 0, ciphertexts));
        used += cost.readNanos() + count * wholeNanos;
        next += count;
      }
    }

    /** Cuts every draw into parts of equal size, each a task that prepares for itself. */
    private void cutDraws(Section upload, BlockName name, int firstDraw, int draws) {
      close();
      int grains = (ciphertexts + cost.grain() - 1) / cost.grain();
      int parts = (int) Math.max(1, Math.min(grains, Math.round(cost.evaluateNanos() / target)));
      for (int draw = firstDraw; draw < firstDraw + draws; draw++) {
        for (int part = 0; part < parts; part++) {
          int first = (int) ((long) grains * part / parts) * cost.grain();
          int end = (int) ((long) grains * (part + 1) / parts) * cost.grain();
          int count = Math.min(end, ciphertexts) - first;
          open.add(new WorkUnit(upload, name.batch(), name.draw(), draw, 1, first, count));
          close();
        }
      }
    }

    private void close() {
      if (!open.isEmpty()) {
        tasks.add(open);
        open = new ArrayList<>();
        used = 0;
      }
    }

    List<List<WorkUnit>> finish() {
      close();
      return tasks;
    }
  }
}
