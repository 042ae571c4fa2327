package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerLayer;
import io.nightjar.crypto.PaillierEvaluator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The results of rows of a round for one draw, block after block, each when it is asked for; the
 * caller closes them, and this.
 */
public final class Answers implements Iterator<Message>, AutoCloseable {

  private final RoundEvaluator evaluator;
  private final BlockLabel upload;
  private final EncryptedBlock input;
  private final InputDigest digest;
  private final int draw;
  private final RowRange rows;
  private final int mostColumns;
  private final int rowsAtOnce;
  private final Deque<Tile> tiles = new ArrayDeque<>();
  private int nextRow;
  private Optional<CipherBlock> perturbed = Optional.empty();
  private Optional<PaillierEvaluator.Prepared> prepared = Optional.empty();

  /**
   * What is evaluated at once: outputs of the first layer, and of the second where there is one.
   */
  private record Tile(
      IntegerLayer layer,
      Optional<IntegerLayer> deviations,
      IntegerLayer.Tile tile,
      int firstColumn) {}

  Answers(
      RoundEvaluator evaluator,
      BlockLabel upload,
      EncryptedBlock input,
      InputDigest digest,
      int draw,
      RowRange rows,
      int mostColumns,
      int rowsAtOnce) {
    this.evaluator = evaluator;
    this.upload = upload;
    this.input = input;
    this.digest = digest;
    this.draw = draw;
    this.rows = rows;
    this.mostColumns = mostColumns;
    this.rowsAtOnce = rowsAtOnce;
    this.nextRow = rows.first();
  }

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
      RowRange part = new RowRange(nextRow, Math.min(rowsAtOnce, rows.end() - nextRow));
      DrawnStep drawn = evaluator.drawn(upload, draw, part);
      nextRow = part.end();
      if (drawn instanceof SealedStep network) {
        BlockLabel label = new BlockLabel(upload.job(), upload.batch(), upload.round(), draw, 0);
        try (CipherBlock result = evaluator.evaluate(network, (CipherBlock) input)) {
          return new Message(label, evaluator.hide(label, digest, result));
        }
      }
      tiles.addAll(tiles(drawn));
    }
    Tile tile = tiles.remove();
    BlockLabel label =
        new BlockLabel(upload.job(), upload.batch(), upload.round(), draw, tile.firstColumn());
    return new Message(label, evaluate(label, tile));
  }

  private EncryptedBlock evaluate(BlockLabel label, Tile tile) {
    if (!(input instanceof CipherBlock columns)) {
      if (prepared.isEmpty()) { // which is the same for all tiles
        prepared = Optional.of(evaluator.prepare(input));
      }
      return evaluator.apply(
          label, digest, tile.layer(), tile.tile(), prepared.get(), input.records());
    }
    if (tile.deviations().isEmpty()) {
      return evaluator.apply(tile.layer(), tile.tile(), columns);
    }
    try (CipherBlock result =
        evaluator.apply(
            tile.layer(), tile.deviations().get(), tile.tile(), columns, perturbed.orElseThrow())) {
      return evaluator.hide(label, digest, result);
    }
  }

  private List<Tile> tiles(DrawnStep drawn) {
    List<Tile> all = new ArrayList<>();
    int column = drawn.firstColumn();
    if (drawn instanceof BatchStep step) {
      for (IntegerLayer layer : step.layers()) {
        column = addTiles(all, layer, Optional.empty(), column);
      }
    } else if (drawn instanceof RecordStep step) {
      if (perturbed.isEmpty()) { // which is the same for all rows
        perturbed = Optional.of(evaluator.perturb(step, (CipherBlock) input));
      }
      for (int i = 0; i < step.means().size(); i++) {
        column = addTiles(all, step.means().get(i), Optional.of(step.deviations().get(i)), column);
      }
    }
    return all;
  }

  /** A layer that is too large has one row, which is cut into runs of positions. */
  private int addTiles(
      List<Tile> tiles, IntegerLayer layer, Optional<IntegerLayer> deviations, int firstColumn) {
    if (layer.whole().columns() <= mostColumns) {
      tiles.add(new Tile(layer, deviations, layer.whole(), firstColumn));
      return firstColumn + layer.whole().columns();
    }
    int column = firstColumn;
    for (int first = 0; first < layer.gathers(); first += mostColumns) {
      IntegerLayer.Tile tile =
          new IntegerLayer.Tile(0, 1, first, Math.min(mostColumns, layer.gathers() - first));
      tiles.add(new Tile(layer, deviations, tile, column));
      column += tile.columns();
    }
    return column;
  }

  @Override
  public void close() {
    perturbed.ifPresent(CipherBlock::close);
    perturbed = Optional.empty();
    prepared.ifPresent(PaillierEvaluator.Prepared::close);
    prepared = Optional.empty();
    tiles.clear();
    nextRow = rows.end();
  }
}
