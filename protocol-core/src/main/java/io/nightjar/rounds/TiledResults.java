package io.nightjar.rounds;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Layout;
import io.nightjar.plan.Plan;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundTask;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The results of a task, drawn row by row and evaluated tile by tile, so that what is in memory at
 * a time stays within the task's limit.
 *
 * <p>It is for layouts in which the outputs of some rows take a ciphertext for each position, one
 * after another, before those of other rows follow.
 *
 * @param <L> the type of what is applied to the upload at once; it is closed when its last tile has
 *     been evaluated
 */
public abstract class TiledResults<L extends TiledLayer> implements Results {

  private final Layout layout;
  private final RoundTask task;
  private final PhaseTimes times;
  private final int mostCiphertexts;
  private final int drawnAtOnce;
  private final Deque<Tile<L>> tiles = new ArrayDeque<>();
  private int next;

  private record Tile<L>(L layer, IntegerLayer.Tile tile, int firstCiphertext, boolean last) {}

  /**
   * Begins a task.
   *
   * @throws IllegalArgumentException if its range is not one of whole rows
   */
  protected TiledResults(Plan plan, RoundTask task, PhaseTimes times) {
    this.layout = plan.layout();
    this.task = task;
    this.times = times;
    layout.rows(task.round(), task.range()); // refuses parts of rows
    int positions = task.round().positions();
    int all = layout.returned(task.round());
    long ciphertextBytes = plan.sheet().blockBytes(all) / all; // hidden results take less
    this.mostCiphertexts = (int) Math.max(1, Math.min(task.mostBytes() / ciphertextBytes, all));
    this.drawnAtOnce = Math.max(1, mostCiphertexts / positions) * positions;
    this.next = task.range().first();
  }

  /** Returns the task. */
  protected final RoundTask task() {
    return task;
  }

  /** Returns what adds up how long everything takes. */
  protected final PhaseTimes times() {
    return times;
  }

  /**
   * Draws rows, brings them to where they are multiplied, and returns them; their outputs follow
   * each other.
   */
  protected abstract List<L> draw(RowRange part);

  /** Evaluates a tile, whose result has this label. */
  protected abstract EncryptedBlock evaluate(BlockLabel label, L layer, IntegerLayer.Tile tile);

  @Override
  public final boolean hasNext() {
    return !tiles.isEmpty() || next < task.range().end();
  }

  @Override
  public final Message next() {
    if (!hasNext()) {
      throw new NoSuchElementException("All ciphertexts have been evaluated");
    }
    if (tiles.isEmpty()) {
      CiphertextRange part =
          new CiphertextRange(next, Math.min(drawnAtOnce, task.range().end() - next));
      RowRange rows = layout.rows(task.round(), part);
      for (L layer : times.timed(Phase.DRAW, () -> draw(rows))) {
        next = addTiles(layer, next);
      }
    }
    Tile<L> tile = tiles.remove();
    try {
      BlockLabel label = task.result(tile.firstCiphertext());
      return new Message(label, evaluate(label, tile.layer(), tile.tile()));
    } finally {
      if (tile.last()) {
        tile.layer().close();
      }
    }
  }

  /**
   * Adds the tiles of a layer; one that is too large has one row, which is cut into runs of
   * positions.
   */
  private int addTiles(L layer, int firstCiphertext) {
    IntegerLayer.Tile whole = layer.whole();
    if (whole.columns() <= mostCiphertexts) {
      tiles.add(new Tile<>(layer, whole, firstCiphertext, true));
      return firstCiphertext + whole.columns();
    }
    int following = firstCiphertext;
    for (int first = 0; first < whole.gatherCount(); first += mostCiphertexts) {
      int count = Math.min(mostCiphertexts, whole.gatherCount() - first);
      IntegerLayer.Tile tile = new IntegerLayer.Tile(0, 1, first, count);
      tiles.add(new Tile<>(layer, tile, following, first + count == whole.gatherCount()));
      following += count;
    }
    return following;
  }

  @Override
  public final void close() {
    for (Tile<L> tile : tiles) {
      if (tile.last()) {
        tile.layer().close();
      }
    }
    tiles.clear();
    next = task.range().end();
  }
}
