package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

class ReadingLawsTest {

  private static final int TRIES = 60;
  private static final int MOST = 40;
  private static final Range RANGE = new Range(-1e6, 1e6);

  /** Random records of a format, as they were written. */
  private record Written(RecordInput input, Records records) {}

  @Property(tries = TRIES)
  void whatIsWrittenIsReadInBatchesOfAnySize(
      @ForAll RecordFormat format,
      @ForAll long seed,
      @ForAll @IntRange(max = MOST) int count,
      @ForAll @IntRange(min = 1, max = MOST + 2) int batch)
      throws Exception {
    try (Folder folder = new Folder()) {
      Written written = write(folder, format, seed, count);

      assertEquals(count, written.input().census().records());
      assertEquals(written.records(), Records.read(written.input(), 0, batch));
    }
  }

  @Property(tries = TRIES)
  void skippingIsReadingWithoutLooking(
      @ForAll RecordFormat format,
      @ForAll long seed,
      @ForAll @IntRange(max = MOST) int count,
      @ForAll @IntRange(max = MOST + 2) int skip,
      @ForAll @IntRange(min = 1, max = MOST + 2) int limit) {
    try (Folder folder = new Folder()) {
      Written written = write(folder, format, seed, count);
      assertEquals(written.records().drop(skip), Records.read(written.input(), skip, 7));

      RecordInput limited =
          Records.open(
              path(folder, format), spec(format), RecordOptions.defaults().withLimit(limit));
      Records first =
          new Records(
              written.records().ids().subList(0, Math.min(limit, count)),
              written.records().rows().subList(0, Math.min(limit, count)));
      assertEquals(first.drop(skip), Records.read(limited, skip, 7));
    }
  }

  @Property(tries = TRIES)
  void readingAndSkippingInTurnSeesEveryOtherStretch(
      @ForAll RecordFormat format,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int stretch)
      throws Exception {
    try (Folder folder = new Folder()) {
      Written written = write(folder, format, seed, MOST);
      List<RecordId> expected = new ArrayList<>();
      List<RecordId> seen = new ArrayList<>();
      try (RecordReader reader = written.input().reader()) {
        for (int at = 0; at < MOST; at += 2 * stretch) {
          expected.addAll(written.records().ids().subList(at, Math.min(at + stretch, MOST)));
          reader.next(stretch).ifPresent(read -> seen.addAll(read.ids()));
          reader.skip(stretch);
        }
      }
      assertEquals(expected, seen);
    }
  }

  @Property
  void numbersAreReadAsTheJdkReadsThem(@ForAll double value, @ForAll @IntRange(max = 3) int form) {
    Assume.that(Double.isFinite(value));
    String text =
        switch (form) {
          case 0 -> Double.toString(value);
          case 1 -> Float.toString((float) value);
          case 2 -> "%.4f".formatted(value % 1e6);
          default -> "+" + Math.abs(Math.round(value % 1e15)) + ".";
        };
    Assume.that(!text.contains("Infinity"));

    assertEquals(OptionalDouble.of(Double.parseDouble(text)), Decimals.parse(" " + text + "\t"));
  }

  @Property(tries = 5000)
  void whatTheJdkRefusesIsNoNumber(@ForAll("numberLike") String text) {
    OptionalDouble expected;
    try {
      boolean decimal = text.chars().noneMatch(c -> "dDfFxX".indexOf(c) >= 0);
      expected = decimal ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      expected = OptionalDouble.empty();
    }

    assertEquals(expected, Decimals.parse(text), text);
  }

  @Provide
  Arbitrary<String> numberLike() {
    return Arbitraries.strings().withChars("0015.-+eEdfx").ofMaxLength(7);
  }

  private static InputSpec spec(RecordFormat format) {
    return format == RecordFormat.IDX
        ? Records.unnamed(Records.UNIT, Shape.flat(3))
        : Records.named(RANGE, "a", "b", "c");
  }

  private static Path path(Folder folder, RecordFormat format) {
    return folder.path(format == RecordFormat.IDX ? "in.idx" : "in");
  }

  private static Written write(Folder folder, RecordFormat format, long seed, int count) {
    Random random = new Random(seed);
    List<RecordId> ids = new ArrayList<>();
    List<List<Double>> rows = new ArrayList<>();
    for (int j = 0; j < count; j++) {
      ids.add(
          format == RecordFormat.CSV
              ? RecordId.of(j + "-" + randomText(random))
              : RecordId.of(format == RecordFormat.IDX ? j : (long) j * random.nextInt()));
      rows.add(
          random
              .doubles(3, RANGE.low(), RANGE.high())
              .map(x -> format == RecordFormat.IDX ? random.nextInt(256) / 255.0 : x)
              .boxed()
              .toList());
    }
    if (format == RecordFormat.PARQUET) {
      // Different factors may have the same product.
      for (int j = 0; j < count; j++) {
        ids.set(j, RecordId.of(((RecordId.OfLong) ids.get(j)).value() * MOST + j));
      }
    }
    Records records = new Records(ids, rows);
    switch (format) {
      case CSV -> writeCsv(folder, records, random);
      case PARQUET -> writeParquet(folder, records, random);
      case IDX -> writeIdx(folder, records, random);
    }
    return new Written(Records.open(path(folder, format), spec(format)), records);
  }

  private static String randomText(Random random) {
    String[] pieces = {"a", "ß", ",", "\"", "\n", "\r\n", " ", "\uD83E\uDD89", "#", "\\", "'"};
    StringBuilder text = new StringBuilder();
    random.ints(random.nextInt(6), 0, pieces.length).forEach(i -> text.append(pieces[i]));
    return text.toString();
  }

  private static void writeCsv(Folder folder, Records records, Random random) {
    int parts = 1 + random.nextInt(3);
    String end = random.nextBoolean() ? "\n" : "\r\n";
    for (int part = 0; part < parts; part++) {
      StringBuilder text = new StringBuilder("b,id,x,a,c" + end);
      for (int j = from(records, part, parts); j < from(records, part + 1, parts); j++) {
        List<Double> row = records.rows().get(j);
        String id = records.ids().get(j).text().replace("\"", "\"\"");
        text.append(row.get(1)).append(",\"").append(id).append("\",,");
        text.append(row.get(0)).append(',').append(row.get(2)).append(end);
      }
      byte[] bytes = Folder.utf8(text.toString());
      folder.bytes("in/part-" + part + ".csv", random.nextBoolean() ? Folder.gzip(bytes) : bytes);
    }
  }

  private static void writeParquet(Folder folder, Records records, Random random) {
    int parts = 1 + random.nextInt(3);
    for (int part = 0; part < parts; part++) {
      List<Consumer<Group>> rows = new ArrayList<>();
      for (int j = from(records, part, parts); j < from(records, part + 1, parts); j++) {
        List<Double> row = records.rows().get(j);
        long id = ((RecordId.OfLong) records.ids().get(j)).value();
        rows.add(
            group ->
                group
                    .append("b", row.get(1))
                    .append("id", id)
                    .append("a", row.get(0))
                    .append("c", row.get(2)));
      }
      folder.parquet(
          "in/part-" + part + ".snappy.parquet",
          "required double b; optional int64 id; optional boolean x; optional double a;"
              + "required double c;",
          rows,
          1 + random.nextInt(12));
    }
  }

  private static void writeIdx(Folder folder, Records records, Random random) {
    byte[] items = new byte[3 * records.rows().size()];
    for (int i = 0; i < items.length; i++) {
      items[i] = (byte) Math.round(records.rows().get(i / 3).get(i % 3) * 255);
    }
    int[] dimensions = {records.rows().size(), 3};
    byte[] bytes = Idx.of(0x802, dimensions, items);
    folder.bytes("in.idx", random.nextBoolean() ? Folder.gzip(bytes) : bytes);
  }

  private static int from(Records records, int part, int parts) {
    return records.ids().size() * part / parts;
  }
}
