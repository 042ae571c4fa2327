package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.NativeMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A layer is loaded once, and is then what it was, whatever becomes of what it came from. */
class LoadedLayerTest {

  private static final int COLUMNS = 6;
  private static final int RECORDS = 5;
  private static final int ROWS = 4;
  private static final int TERMS = 3;

  private final Random random = new Random(1);
  private final int[] weights = TestBlocks.weights(random, ROWS * TERMS, 8);
  private final int[] gathered = {0, 1, 2, 3, IntegerLayer.NO_COLUMN, 5};
  private final IntegerColumns integers = TestBlocks.smallIntegers(random, COLUMNS, RECORDS, 8);
  private final IntegerColumns others = TestBlocks.smallIntegers(random, COLUMNS, 2, 8);
  private HeContext context;
  private SecretKey key;

  @BeforeEach
  void open() {
    context = HeContext.open(TestBlocks.TINY_OPEN);
    key = SecretKey.generate(context);
  }

  @AfterEach
  void close() {
    key.close();
    context.close();
  }

  private CipherBlock encrypted(IntegerColumns columns) {
    return new BlockEncryptor(context, key).encrypt(columns, Packing.COEFFICIENTS, Form.NTT);
  }

  private long[] decrypted(CipherBlock block) {
    return new BlockDecryptor(context, key).decrypt(block).columns().values();
  }

  @Test
  void itIsAppliedToManyBlocksAndTilesAfterTheLayerIsGone() {
    BlockEvaluator evaluator = new BlockEvaluator(context);
    long[] bias = {1, -2, 3, -4};
    IntegerLayer layer =
        IntegerLayer.of(ROWS, TERMS, weights, gathered).withBias(bias); // copies, to compare with
    IntegerLayer taken = IntegerLayer.take(ROWS, TERMS, weights, gathered).withBias(bias);
    try (CipherBlock first = encrypted(integers);
        CipherBlock second = encrypted(others);
        LoadedLayer loaded = evaluator.load(taken)) {
      Arrays.fill(weights, 77);
      Arrays.fill(gathered, 0);
      Arrays.fill(bias, 77);
      try (CipherBlock whole = evaluator.apply(loaded, first);
          CipherBlock other = evaluator.apply(loaded, second);
          CipherBlock tile = evaluator.apply(loaded, new IntegerLayer.Tile(1, 2, 1, 1), first)) {
        long[] expected = layer.evaluate(integers).values();
        assertArrayEquals(expected, decrypted(whole));
        assertArrayEquals(layer.evaluate(others).values(), decrypted(other));
        // Outputs (1, 1) and (2, 1) of two gathers are columns 3 and 5.
        assertArrayEquals(
            Arrays.copyOfRange(expected, 3 * RECORDS, 4 * RECORDS),
            Arrays.copyOf(decrypted(tile), RECORDS));
        assertArrayEquals(
            Arrays.copyOfRange(expected, 5 * RECORDS, 6 * RECORDS),
            Arrays.copyOfRange(decrypted(tile), RECORDS, 2 * RECORDS));
      }
    }
  }

  @Test
  void itDoesNotDependOnTheContextThatItWasLoadedWith() {
    IntegerLayer layer = IntegerLayer.of(ROWS, TERMS, weights, gathered);
    HeContext gone = HeContext.open(TestBlocks.TINY_OPEN);
    try (LoadedLayer loaded = new BlockEvaluator(gone).load(layer);
        CipherBlock block = encrypted(integers)) {
      gone.close();
      try (CipherBlock output = new BlockEvaluator(context).apply(loaded, block)) {
        assertArrayEquals(layer.evaluate(integers).values(), decrypted(output));
      }
    }
  }

  @Test
  void itIsCountedAmongTheHandlesAndNotAmongTheBytesOfBlocks() {
    IntegerLayer layer = IntegerLayer.of(ROWS, TERMS, weights, gathered);
    BlockEvaluator evaluator = new BlockEvaluator(context);
    long handles = NativeMemory.openHandles();
    long bytes = NativeMemory.blockBytes();
    try (LoadedLayer one = evaluator.load(layer);
        LoadedLayers two = evaluator.load(List.of(layer, layer))) {
      assertEquals(handles + 3, NativeMemory.openHandles());
      assertEquals(bytes, NativeMemory.blockBytes());
      assertEquals(new IntegerLayer.Tile(0, ROWS, 0, 2), one.whole());
      assertEquals(2 * ROWS * 2, two.columns());
    }
    assertEquals(handles, NativeMemory.openHandles());
  }

  @Test
  void aLayerThatTakesItsArraysDoesNotCopyThemAndOthersDo() {
    IntegerLayer copied = IntegerLayer.of(ROWS, TERMS, weights, gathered);
    IntegerLayer taken = IntegerLayer.take(ROWS, TERMS, weights, gathered);
    weights[0] += 1;
    gathered[0] = 4;

    assertEquals(weights[0] - 1, copied.weights()[0]);
    assertEquals(0, copied.gathered()[0]);
    assertSame(weights, taken.weights());
    assertSame(gathered, taken.gathered());
  }
}
