package io.nightjar.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.RoundTask;
import io.nightjar.protocol.RoundUpload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how results are cut into rows and tiles, with a convolution that has many positions. */
class TiledResultsTest {

  private static final BlockLabel UPLOAD = new BlockLabel(new UUID(1, 1), 7, 0, 0, 0);
  private static final int RECORDS = 2;
  private static final JobSecret SECRET = JobSecret.fixedForTests(1);

  private static final Model MODEL = SampleModels.lenet();
  private static final Plan PLAN = new Bayhenn().plan(MODEL, PlanOptions.DEFAULT);

  /** Six rows with 196 positions each. */
  private static final Round ROUND = PLAN.rounds().get(0);

  private static final long CIPHERTEXT_BYTES = PLAN.sheet().blockBytes(1);
  private static final BatchDraws DRAWS = new BatchDraws(MODEL, PLAN, SECRET);
  private static final IntegerColumns INPUT = input();

  private static IntegerColumns input() {
    int features = ROUND.inputFeatures();
    return new IntegerColumns(
        features, RECORDS, new Random(1).longs((long) features * RECORDS, 0, 256).toArray());
  }

  /** A drawn layer, which says whether it has been closed. */
  private static final class Drawn implements TiledLayer {
    private final IntegerLayer layer;
    private boolean closed;

    Drawn(IntegerLayer layer) {
      this.layer = layer;
    }

    @Override
    public IntegerLayer.Tile whole() {
      return layer.whole();
    }

    @Override
    public void close() {
      assertFalse(closed, "closed once");
      closed = true;
    }
  }

  /** Evaluates in the clear. */
  private static final class ClearTiles extends TiledResults<Drawn> {
    private final List<Drawn> drawn = new ArrayList<>();

    ClearTiles(RoundTask task) {
      super(PLAN, task, new PhaseTimes());
    }

    @Override
    protected List<Drawn> draw(RowRange part) {
      List<IntegerLayer> layers = DRAWS.step(task().place(), part).layers();
      List<Drawn> loaded = layers.stream().map(Drawn::new).toList();
      drawn.addAll(loaded);
      return loaded;
    }

    @Override
    protected EncryptedBlock evaluate(BlockLabel label, Drawn loaded, IntegerLayer.Tile tile) {
      assertFalse(loaded.closed, "still there");
      IntegerLayer layer = loaded.layer;
      long[] all = layer.evaluate(INPUT).values();
      long[] values = new long[tile.columns() * RECORDS];
      int next = 0;
      for (int row = tile.firstRow(); row < tile.firstRow() + tile.rowCount(); row++) {
        int first = row * layer.gathers() + tile.firstGather();
        System.arraycopy(all, first * RECORDS, values, next, tile.gatherCount() * RECORDS);
        next += tile.gatherCount() * RECORDS;
      }
      return new ClearCipher.Block(new IntegerSlots(tile.columns(), RECORDS, RECORDS, values));
    }
  }

  private static final InputDigest DIGEST = new InputDigest(1, 2, 3, 4);

  private static RoundTask task(CiphertextRange range, long mostBytes) {
    ClearCipher.Block block = new ClearCipher.Block(IntegerSlots.of(INPUT));
    return new RoundTask(new RoundUpload(ROUND, UPLOAD, block, DIGEST), 0, range, mostBytes);
  }

  @Property(tries = 100)
  void tilesOfAnySizeFollowEachOtherAndAreTheWholeRange(
      @ForAll @IntRange(min = 0, max = 5) int firstRow,
      @ForAll @IntRange(min = 1, max = 6) int rows,
      @ForAll @IntRange(min = 1, max = 1200) int mostCiphertexts) {
    int count = Math.min(rows, ROUND.rows() - firstRow);
    int positions = ROUND.positions();
    CiphertextRange range = new CiphertextRange(firstRow * positions, count * positions);
    DrawPlace place = new DrawPlace(UPLOAD.batch(), 0, 0, DIGEST);
    long[] expected = DRAWS.step(place).evaluate(INPUT).values();

    try (ClearTiles results = new ClearTiles(task(range, mostCiphertexts * CIPHERTEXT_BYTES))) {
      int next = range.first();
      while (results.hasNext()) {
        Message part = results.next();
        assertEquals(new BlockLabel(UPLOAD.job(), 7, 0, 0, next), part.label());
        assertTrue(part.block().ciphertexts() <= mostCiphertexts, "within the limit");
        long[] found = ((ClearCipher.Block) part.block()).slots().values();
        assertEquals(
            0,
            Arrays.compare(
                expected,
                next * RECORDS,
                (next + part.block().ciphertexts()) * RECORDS,
                found,
                0,
                found.length));
        next += part.block().ciphertexts();
      }
      assertEquals(range.end(), next);
      assertThrows(NoSuchElementException.class, results::next);
      assertTrue(results.drawn.stream().allMatch(layer -> layer.closed), "nothing is kept");
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 195", "0, 197", "1, 196", "195, 1", "196, 195", "98, 196"})
  void rangesThatAreNotWholeRowsAreRefused(int first, int count) {
    assertEquals(196, ROUND.positions());
    RoundTask task = task(new CiphertextRange(first, count), Long.MAX_VALUE);

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new ClearTiles(task));

    assertEquals(
        "CiphertextRange[first=%d, count=%d] does not hold whole rows of 196 outputs"
            .formatted(first, count),
        refused.getMessage());
  }

  @Test
  void closingEndsATaskAndItsLayers() {
    CiphertextRange all = new CiphertextRange(0, PLAN.layout().returned(ROUND));
    ClearTiles results = new ClearTiles(task(all, 10 * CIPHERTEXT_BYTES));
    assertTrue(results.hasNext());
    results.next().close();

    results.close();

    assertFalse(results.hasNext());
    assertTrue(results.drawn.stream().allMatch(layer -> layer.closed), "nothing is kept");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 3", "2, -1", "2147483647, 1"})
  void rangesOfNothingAreNone(int first, int count) {
    assertEquals(
        "%d rows from row %d".formatted(count, first),
        assertThrows(IllegalArgumentException.class, () -> new RowRange(first, count))
            .getMessage());
    assertEquals(
        "%d ciphertexts from ciphertext %d".formatted(count, first),
        assertThrows(IllegalArgumentException.class, () -> new CiphertextRange(first, count))
            .getMessage());
  }
}
