package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import io.nightjar.model.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Tests that numbers come out of ciphertexts as they were put in. */
class LayoutTest {

  /** Returns a round with so many inputs and outputs. */
  private static Round round(int inputs, int outputs) {
    return round(inputs, outputs, 1);
  }

  /** Returns a round of so many inputs, with rows that are evaluated at so many positions. */
  private static Round round(int inputs, int rows, int positions) {
    return new Round(
        0,
        "fc",
        "fc",
        Shape.flat(inputs),
        Shape.flat(rows * positions),
        new Quantiser(1, 0, 255),
        List.of(1.0),
        1,
        1,
        rows,
        inputs,
        positions,
        (long) inputs * rows * positions,
        List.of());
  }

  private static IntegerColumns integers(int features, int records, long seed) {
    long[] values = new Random(seed).longs((long) features * records).toArray();
    return new IntegerColumns(features, records, values);
  }

  private static RealColumns reals(int features, int records, long seed) {
    double[] values = new Random(seed).doubles((long) features * records, -9, 9).toArray();
    return new RealColumns(features, records, values);
  }

  @Property
  void aColumnLayoutLeavesEverythingWhereItIs(
      @ForAll @IntRange(min = 1, max = 9) int features,
      @ForAll @IntRange(min = 1, max = 9) int records,
      @ForAll long seed) {
    Layout layout = ColumnLayout.of(9);
    Round round = round(features, features);
    IntegerColumns integers = integers(features, records, seed);
    RealColumns reals = reals(features, records, seed);

    assertEquals(features, layout.uploaded(round));
    assertEquals(features, layout.returned(round));
    assertEquals(records, layout.slots(records));
    IntegerSlots slots = layout.arrange(round, integers);
    RealSlots realSlots = layout.arrange(round, reals);
    assertEquals(features, slots.ciphertexts());
    assertEquals(features, realSlots.ciphertexts());
    assertEquals(records, slots.slots());
    assertEquals(records, realSlots.slots());
    assertSame(integers.values(), slots.values());
    assertSame(reals.values(), realSlots.values());
    IntegerColumns collected = layout.collect(round, slots);
    RealColumns collectedReals = layout.collect(round, realSlots);
    assertEquals(features, collected.columns());
    assertEquals(features, collectedReals.columns());
    assertSame(integers.values(), collected.values());
    assertSame(reals.values(), collectedReals.values());
    for (int feature = 0; feature < features; feature++) {
      assertEquals(new Place(feature, 0), layout.uploadPlace(round, feature));
      assertEquals(new Place(feature, 0), layout.resultPlace(round, feature));
    }
  }

  /** Whoever overrides how things are arranged must not say that they lie elsewhere. */
  @Property
  void aColumnLayoutAgreesWithTheGenericMethods(
      @ForAll @IntRange(min = 1, max = 9) int features,
      @ForAll @IntRange(min = 1, max = 9) int records,
      @ForAll long seed) {
    Layout columns = ColumnLayout.of(9);
    Layout generic = new PackedLayout(9, 1);
    Round round = round(features, features);
    IntegerColumns integers = integers(features, records, seed);
    RealColumns reals = reals(features, records, seed);

    assertArrayEquals(
        columns.arrange(round, integers).values(), generic.arrange(round, integers).values());
    assertArrayEquals(
        columns.arrange(round, reals).values(), generic.arrange(round, reals).values());
    IntegerSlots slots = IntegerSlots.of(integers);
    RealSlots realSlots = RealSlots.of(reals);
    assertArrayEquals(
        columns.collect(round, slots).values(), generic.collect(round, slots).values());
    assertArrayEquals(
        columns.collect(round, realSlots).values(), generic.collect(round, realSlots).values());
    CiphertextRange range = new CiphertextRange(features / 2, features - features / 2);
    assertArrayEquals(columns.features(round, range), generic.features(round, range));
    assertEquals(columns.rows(round, range), generic.rows(round, range));
  }

  @Property
  void integersInRowsLieInTheirPlacesAndComeBack(
      @ForAll @IntRange(min = 1, max = 20) int features,
      @ForAll @IntRange(min = 1, max = 6) int perCiphertext,
      @ForAll @IntRange(min = 1, max = 7) int records,
      @ForAll long seed) {
    Layout layout = new PackedLayout(7, perCiphertext);
    Round round = round(features, features);
    IntegerColumns integers = integers(features, records, seed);

    IntegerSlots arranged = layout.arrange(round, integers);

    assertEquals(layout.uploaded(round), arranged.ciphertexts());
    assertEquals(layout.slots(records), arranged.slots());
    assertEquals(records, arranged.records());
    long[] left = arranged.values().clone();
    for (int feature = 0; feature < features; feature++) {
      Place place = layout.uploadPlace(round, feature);
      for (int j = 0; j < records; j++) {
        int index = arranged.index(place.ciphertext(), place.slot() + j);
        assertEquals(integers.get(feature, j), arranged.values()[index]);
        left[index] = 0;
      }
    }
    assertArrayEquals(new long[left.length], left, "there is nothing in other slots");
    IntegerColumns collected = layout.collect(round, arranged);
    assertEquals(features, collected.columns());
    assertEquals(records, collected.records());
    assertArrayEquals(integers.values(), collected.values());
  }

  @Property
  void realNumbersInRowsLieInTheirPlacesAndComeBack(
      @ForAll @IntRange(min = 1, max = 20) int features,
      @ForAll @IntRange(min = 1, max = 6) int perCiphertext,
      @ForAll @IntRange(min = 1, max = 7) int records,
      @ForAll long seed) {
    Layout layout = new PackedLayout(7, perCiphertext);
    Round round = round(features, features);
    RealColumns reals = reals(features, records, seed);

    RealSlots arranged = layout.arrange(round, reals);

    assertEquals(layout.uploaded(round), arranged.ciphertexts());
    assertEquals(layout.slots(records), arranged.slots());
    assertEquals(records, arranged.records());
    double[] left = arranged.values().clone();
    for (int feature = 0; feature < features; feature++) {
      Place place = layout.uploadPlace(round, feature);
      for (int j = 0; j < records; j++) {
        int index = arranged.index(place.ciphertext(), place.slot() + j);
        assertEquals(reals.get(feature, j), arranged.values()[index]);
        left[index] = 0;
      }
    }
    assertArrayEquals(new double[left.length], left, "there is nothing in other slots");
    RealColumns collected = layout.collect(round, arranged);
    assertEquals(features, collected.columns());
    assertEquals(records, collected.records());
    assertArrayEquals(reals.values(), collected.values());
  }

  /** A result has its own number of features, and slots that nobody asked for say nothing. */
  @Property
  void aResultHasTheFeaturesOfTheOutput(
      @ForAll @IntRange(min = 1, max = 9) int inputs,
      @ForAll @IntRange(min = 1, max = 9) int outputs,
      @ForAll @IntRange(min = 1, max = 4) int perCiphertext,
      @ForAll @IntRange(min = 1, max = 7) int records) {
    Layout layout = new PackedLayout(7, perCiphertext);
    Round round = round(inputs, outputs);
    IntegerSlots results =
        IntegerSlots.zeros(layout.returned(round), layout.slots(records), records);
    Arrays.fill(results.values(), -1);
    for (int feature = 0; feature < outputs; feature++) {
      Place place = layout.resultPlace(round, feature);
      for (int j = 0; j < records; j++) {
        results.values()[results.index(place.ciphertext(), place.slot() + j)] = 100L * feature + j;
      }
    }

    IntegerColumns collected = layout.collect(round, results);

    assertEquals(outputs, collected.columns());
    for (int feature = 0; feature < outputs; feature++) {
      for (int j = 0; j < records; j++) {
        assertEquals(100L * feature + j, collected.get(feature, j));
      }
    }
  }

  /** Each row has an output at each position; the layout puts them together in their order. */
  @Property
  void rowsAreThoseWhoseOutputsCiphertextsHold(
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll @IntRange(min = 1, max = 4) int positions,
      @ForAll @IntRange(min = 1, max = 6) int perCiphertext,
      @ForAll @IntRange(min = 0, max = 3) int first,
      @ForAll @IntRange(min = 1, max = 20) int most) {
    Layout layout = new PackedLayout(7, perCiphertext);
    Round round = round(3, rows, positions);
    int all = layout.returned(round);
    Assume.that(first < all);
    CiphertextRange range = new CiphertextRange(first, Math.min(most, all - first));
    int begin = first * perCiphertext;
    int end = Math.min(range.end() * perCiphertext, rows * positions);

    assertArrayEquals(IntStream.range(begin, end).toArray(), layout.features(round, range));
    if (begin % positions == 0 && end % positions == 0) {
      assertEquals(
          new RowRange(begin / positions, (end - begin) / positions), layout.rows(round, range));
    } else {
      assertEquals(
          "%s does not hold whole rows of %d outputs".formatted(range, positions),
          assertThrows(IllegalArgumentException.class, () -> layout.rows(round, range))
              .getMessage());
    }
  }

  @Test
  void ciphertextsWithoutOutputsHoldNoRows() {
    Layout layout = new PackedLayout(7, 2);
    CiphertextRange beyond = new CiphertextRange(5, 1);
    assertThrows(IllegalArgumentException.class, () -> layout.rows(round(3, 4), beyond));
  }
}
