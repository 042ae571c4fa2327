package io.nightjar.protocol;

import io.nightjar.crypto.BlockEvaluator;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.IntegerLayer;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.UUID;

/**
 * Evaluates rounds on ciphertexts with drawn weights: the model owner's arithmetic, without its
 * memory of what was answered before.
 *
 * <p>The same upload, draw and rows give the same blocks in every process that has the job's
 * secret. It holds no key. It is safe to use from many threads.
 */
public final class RoundEvaluator {

  private final UUID job;
  private final Plan plan;
  private final Draws draws;
  private final HeContext context;
  private final BlockEvaluator evaluator;
  private final PhaseTimes times = new PhaseTimes();

  /** Creates an evaluator for one job; it does not own the context. */
  public RoundEvaluator(UUID job, Plan plan, Draws draws, HeContext context) {
    this.job = Objects.requireNonNull(job, "job");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.draws = Objects.requireNonNull(draws, "draws");
    this.context = Objects.requireNonNull(context, "context");
    this.evaluator = new BlockEvaluator(context);
    MessageChecks.require("parameters", plan.parameters().digest(), context.parameters().digest());
  }

  /** Returns the job that it evaluates rounds of. */
  public UUID job() {
    return job;
  }

  /** Returns how long its callers spent drawing and evaluating. */
  public PhaseTimes times() {
    return times;
  }

  /**
   * Refuses an upload that the plan does not have.
   *
   * @throws ProtocolException saying what is wrong
   */
  public Round check(BlockLabel label, CipherBlock upload) {
    Round round = checkLabel(label);
    MessageChecks.check(plan, upload, uploadShape(round));
    return round;
  }

  /**
   * Evaluates rows of a round for one draw, block after block, each when it is asked for.
   *
   * @param label of the upload
   * @param rows of the round's step
   * @param mostBytes about the native memory that one block may take; one column is always allowed
   * @return messages that the caller closes
   * @throws ProtocolException if the plan has no such upload or draw
   */
  public Iterator<Message> evaluate(
      BlockLabel label, CipherBlock upload, int draw, RowRange rows, long mostBytes) {
    Round round = check(label, upload);
    boolean served = round.index() == 0 ? draw >= 0 && draw < plan.draws() : draw == label.draw();
    if (!served || rows.end() > round.rows()) {
      throw new ProtocolException(
          "Draw %d, rows %d to %d: the upload of round %d, draw %d is not for these"
              .formatted(draw, rows.first(), rows.end() - 1, label.round(), label.draw()));
    }
    int columns =
        (int) Math.max(1, Math.min(mostBytes / columnBytes(round), round.outputColumns()));
    int step = Math.max(1, columns / round.positions());
    return new Iterator<>() {
      private final Deque<Tile> tiles = new ArrayDeque<>();
      private int nextRow = rows.first();

      @Override
      public boolean hasNext() {
        return !tiles.isEmpty() || nextRow < rows.end();
      }

      @Override
      public Message next() {
        if (!hasNext()) {
          throw new NoSuchElementException("All rows have been evaluated");
        }
        if (tiles.isEmpty()) {
          RowRange part = new RowRange(nextRow, Math.min(step, rows.end() - nextRow));
          tiles.addAll(tiles(drawn(label, draw, part), columns));
          nextRow = part.end();
        }
        return evaluate(label, upload, draw, tiles.remove());
      }
    };
  }

  private Message evaluate(BlockLabel label, CipherBlock upload, int draw, Tile tile) {
    long start = PhaseTimes.now();
    CipherBlock block = evaluator.apply(tile.layer(), tile.tile(), upload);
    times.addSince(Phase.LINEAR, start);
    return new Message(
        new BlockLabel(label.job(), label.batch(), label.round(), draw, tile.firstColumn()), block);
  }

  private DrawnStep drawn(BlockLabel label, int draw, RowRange rows) {
    long start = PhaseTimes.now();
    DrawnStep drawn = draws.integers(label.batch(), label.round(), draw, rows);
    times.addSince(Phase.DRAW, start);
    return drawn;
  }

  /** What is evaluated at once. */
  private record Tile(IntegerLayer layer, IntegerLayer.Tile tile, int firstColumn) {}

  private static List<Tile> tiles(DrawnStep drawn, int columns) {
    List<Tile> tiles = new ArrayList<>();
    int column = drawn.firstColumn();
    for (IntegerLayer layer : drawn.layers()) {
      for (IntegerLayer.Tile tile : tiles(layer, columns)) {
        tiles.add(new Tile(layer, tile, column));
        column += tile.columns();
      }
    }
    return tiles;
  }

  /** A layer that is too large has one row, which is cut into runs of positions. */
  private static List<IntegerLayer.Tile> tiles(IntegerLayer layer, int columns) {
    if (layer.whole().columns() <= columns) {
      return List.of(layer.whole());
    }
    List<IntegerLayer.Tile> tiles = new ArrayList<>();
    for (int first = 0; first < layer.gathers(); first += columns) {
      tiles.add(new IntegerLayer.Tile(0, 1, first, Math.min(columns, layer.gathers() - first)));
    }
    return tiles;
  }

  private long columnBytes(Round round) {
    BlockShape all =
        new BlockShape(round.outputColumns(), 2, plan.parameters().dataLimbs(), plan.form());
    return CipherBlock.nativeBytes(context.parameters(), all) / round.outputColumns();
  }

  private BlockShape uploadShape(Round round) {
    return new BlockShape(round.inputColumns(), 2, plan.parameters().dataLimbs(), plan.form());
  }

  private Round checkLabel(BlockLabel label) {
    if (!label.job().equals(job)) {
      throw new ProtocolException("An upload of job %s reached job %s".formatted(label.job(), job));
    }
    if (label.round() >= plan.rounds().size()) {
      throw new ProtocolException(
          "An upload for round %d; the plan has %d rounds"
              .formatted(label.round(), plan.rounds().size()));
    }
    int uploads = label.round() == 0 ? 1 : plan.draws();
    if (label.draw() >= uploads || label.firstColumn() != 0) {
      throw new ProtocolException(
          "An upload for draw %d, column %d of round %d, which has %d uploads of whole blocks"
              .formatted(label.draw(), label.firstColumn(), label.round(), uploads));
    }
    return plan.rounds().get(label.round());
  }
}
