package io.nightjar.spark;

import io.nightjar.exchange.BlockFileName;
import io.nightjar.exchange.FileDigest;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.SealedLevel;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a round of a wave into tasks of about equal cost.
 *
 * <p>The work is a sequence: upload after upload, draw after draw, row after row. Few large batches
 * are cut between draws and then between rows, so that all cores have something to do; of many
 * small ones several go into one task, so that scheduling costs little.
 */
final class RoundSplitter {

  /** Rows are cut in multiples of what the kernel computes at once. */
  private static final int ROWS_AT_ONCE = 8;

  /** A task shorter than this costs more to schedule than it saves. */
  private static final double LEAST_TASK_NANOS = 20e6;

  /** Costs in a ring of degree 2048 with one prime; about right is good enough. */
  private static final double PRODUCT_NANOS = 170;

  private static final double COLUMN_NANOS = 20_000;
  private static final double WEIGHT_NANOS = 60;

  /** Where weights are drawn for records: of multiplying a column with its integers. */
  private static final double PERTURB_NANOS = 15_000;

  /** Of a product of eight pairs modulo the square of a modulus of 3072 bits. */
  private static final double PAILLIER_PRODUCT_NANOS = 16_000;

  /** Products for each column: checking, bringing inside, inverting. */
  private static final double PAILLIER_READING = 8;

  /** Products for each term of an output, and for each output besides: its mask above all. */
  private static final double PAILLIER_TERM = 1.6;

  private static final double PAILLIER_OUTPUT = 80;

  /** A task works so many times as long as it prepares, if there are tasks enough. */
  private static final double MOST_OVERHEAD = 4;

  /** And the kernel's digits of a mean and a deviation, where a drawn weight has one. */
  private static final int DIGITS = 3;

  private final Plan plan;
  private final Round round;
  private final double readNanos;
  private final double drawNanos;
  private final double rowNanos;

  RoundSplitter(Plan plan, Round round) {
    this.plan = plan;
    this.round = round;
    if (plan.isPaillier()) {
      double product = PAILLIER_PRODUCT_NANOS * Math.pow(plan.paillier().modulusBits() / 3072.0, 2);
      readNanos = PAILLIER_READING * product * round.inputColumns();
      drawNanos = 0;
      rowNanos =
          round.positions() * product * (PAILLIER_TERM * round.terms() + PAILLIER_OUTPUT)
              + WEIGHT_NANOS * round.terms();
      return;
    }
    double size = plan.parameters().ringDegree() / 2048.0 * plan.parameters().dataLimbs();
    readNanos = size * COLUMN_NANOS * round.inputColumns();
    boolean forRecords = plan.privacy() != ModelPrivacy.NONE;
    drawNanos = forRecords ? size * PERTURB_NANOS * round.inputColumns() : 0;
    double digits = forRecords ? DIGITS : 1;
    rowNanos =
        size * round.positions() * (PRODUCT_NANOS * digits * round.terms() + COLUMN_NANOS)
            + WEIGHT_NANOS * round.terms()
            + ofLevels(size) / round.rows();
  }

  /** A whole network's products, most of them with three polynomials, not two; and squares. */
  private double ofLevels(double size) {
    double nanos = 0;
    for (SealedLevel level : plan.levels()) {
      nanos +=
          size
              * (1.5 * PRODUCT_NANOS * level.products() + 4 * COLUMN_NANOS * level.output().size());
    }
    return nanos;
  }

  /**
   * Returns the units of each task.
   *
   * @param cores how many tasks run at once
   * @param perCore how many tasks each core should have, if there is work enough
   * @param targetNanos how long a task should take
   */
  List<List<WorkUnit>> split(List<FileDigest> uploads, int cores, int perCore, long targetNanos) {
    int draws = round.index() == 0 ? plan.draws() : 1;
    double total = uploads.size() * (readNanos + draws * (drawNanos + round.rows() * rowNanos));
    double forAllCores = total / ((double) cores * perCore);
    double target = Math.max(Math.min((double) targetNanos, forAllCores), LEAST_TASK_NANOS);
    if (drawNanos > 0) { // reading and multiplying columns are for each task anew
      target = Math.max(target, Math.min(MOST_OVERHEAD * (readNanos + drawNanos), total / cores));
    }
    Cutter cutter = new Cutter(target);
    for (FileDigest upload : uploads) {
      BlockFileName name = BlockFileName.parse(upload.name());
      int firstDraw = round.index() == 0 ? 0 : name.draw();
      cutter.add(upload, name, firstDraw, draws);
    }
    return cutter.finish();
  }

  private final class Cutter {
    private final double target;
    private final List<List<WorkUnit>> tasks = new ArrayList<>();
    private List<WorkUnit> open = new ArrayList<>();
    private double cost;

    Cutter(double target) {
      this.target = target;
    }

    void add(FileDigest upload, BlockFileName name, int firstDraw, int draws) {
      double wholeNanos = drawNanos + round.rows() * rowNanos;
      if (wholeNanos > 1.5 * target && !plan.isSealed()) { // of which all rows are one

        cutRows(upload, name, firstDraw, draws);
        return;
      }
      int next = firstDraw;
      int end = firstDraw + draws;
      while (next < end) {
        double room = target - cost - readNanos;
        int count = (int) Math.max(room / wholeNanos + 0.5, cost == 0 ? 1 : 0);
        if (count == 0) {
          close();
          continue;
        }
        count = Math.min(count, end - next);
        open.add(new WorkUnit(upload, name.batch(), name.draw(), next, count, 0, round.rows()));
        cost += readNanos + count * wholeNanos;
        next += count;
      }
    }

    /** Every draw in parts of equal size, each a task that draws for itself. */
    private void cutRows(FileDigest upload, BlockFileName name, int firstDraw, int draws) {
      close();
      int tiles = (round.rows() + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
      int parts = (int) Math.max(1, Math.min(tiles, Math.round(round.rows() * rowNanos / target)));
      for (int draw = firstDraw; draw < firstDraw + draws; draw++) {
        for (int part = 0; part < parts; part++) {
          int first = (int) ((long) tiles * part / parts) * ROWS_AT_ONCE;
          int end = (int) ((long) tiles * (part + 1) / parts) * ROWS_AT_ONCE;
          int rows = Math.min(end, round.rows()) - first;
          open.add(new WorkUnit(upload, name.batch(), name.draw(), draw, 1, first, rows));
          close();
        }
      }
    }

    private void close() {
      if (!open.isEmpty()) {
        tasks.add(open);
        open = new ArrayList<>();
        cost = 0;
      }
    }

    List<List<WorkUnit>> finish() {
      close();
      return tasks;
    }
  }
}
