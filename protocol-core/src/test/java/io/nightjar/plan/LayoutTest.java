package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tests that numbers come out of ciphertexts as they were put in. */
class LayoutTest {

  /** Returns a round with so many inputs and outputs. */
  private static Round round(int inputs, int outputs) {
    return new Round(
        0,
        "fc",
        "fc",
        Shape.flat(inputs),
        Shape.flat(outputs),
        new Quantiser(1, 0, 255),
        List.of(1.0),
        1,
        1,
        outputs,
        inputs,
        1,
        (long) inputs * outputs,
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
    Layout layout = new ColumnLayout(9);
    Round round = round(features, features);
    IntegerColumns integers = integers(features, records, seed);
    RealColumns reals = reals(features, records, seed);

    assertEquals(features, layout.uploaded(round));
    assertEquals(features, layout.returned(round));
    assertEquals(records, layout.slots(records));
    assertSame(integers, layout.arrange(round, integers));
    assertSame(reals, layout.arrange(round, reals));
    IntegerColumns collected = layout.collect(round, integers.values(), records);
    RealColumns collectedReals = layout.collect(round, reals.values(), records);
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
    Layout columns = new ColumnLayout(9);
    Layout generic = new PackedLayout(9, 1);
    Round round = round(features, features);
    IntegerColumns integers = integers(features, records, seed);
    RealColumns reals = reals(features, records, seed);

    assertArrayEquals(
        columns.arrange(round, integers).values(), generic.arrange(round, integers).values());
    assertArrayEquals(
        columns.arrange(round, reals).values(), generic.arrange(round, reals).values());
    assertArrayEquals(
        columns.collect(round, integers.values(), records).values(),
        generic.collect(round, integers.values(), records).values());
    assertArrayEquals(
        columns.collect(round, reals.values(), records).values(),
        generic.collect(round, reals.values(), records).values());
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

    IntegerColumns arranged = layout.arrange(round, integers);

    assertEquals(layout.uploaded(round), arranged.columns());
    assertEquals(layout.slots(records), arranged.records());
    long[] left = arranged.values().clone();
    for (int feature = 0; feature < features; feature++) {
      Place place = layout.uploadPlace(round, feature);
      for (int j = 0; j < records; j++) {
        int slot = place.slot() + j;
        assertEquals(integers.get(feature, j), arranged.get(place.ciphertext(), slot));
        left[place.ciphertext() * arranged.records() + slot] = 0;
      }
    }
    assertArrayEquals(new long[left.length], left, "there is nothing in other slots");
    IntegerColumns collected = layout.collect(round, arranged.values(), records);
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

    RealColumns arranged = layout.arrange(round, reals);

    assertEquals(layout.uploaded(round), arranged.columns());
    assertEquals(layout.slots(records), arranged.records());
    double[] left = arranged.values().clone();
    for (int feature = 0; feature < features; feature++) {
      Place place = layout.uploadPlace(round, feature);
      for (int j = 0; j < records; j++) {
        int slot = place.slot() + j;
        assertEquals(reals.get(feature, j), arranged.get(place.ciphertext(), slot));
        left[place.ciphertext() * arranged.records() + slot] = 0;
      }
    }
    assertArrayEquals(new double[left.length], left, "there is nothing in other slots");
    RealColumns collected = layout.collect(round, arranged.values(), records);
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
    long[] results = new long[layout.returned(round) * layout.slots(records)];
    Arrays.fill(results, -1);
    for (int feature = 0; feature < outputs; feature++) {
      Place place = layout.resultPlace(round, feature);
      for (int j = 0; j < records; j++) {
        results[place.ciphertext() * layout.slots(records) + place.slot() + j] = 100L * feature + j;
      }
    }

    IntegerColumns collected = layout.collect(round, results, records);

    assertEquals(outputs, collected.columns());
    for (int feature = 0; feature < outputs; feature++) {
      for (int j = 0; j < records; j++) {
        assertEquals(100L * feature + j, collected.get(feature, j));
      }
    }
  }
}
