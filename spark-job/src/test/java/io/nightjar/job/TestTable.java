package io.nightjar.job;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A network for a hospital's table, such a table, and the numbers that the network must see. */
final class TestTable {

  private static final List<String> WARDS = List.of("medical", "surgical", "icu");
  private static final List<String> SEXES = List.of("f", "m");

  private TestTable() {}

  static Model network() {
    return TestNetworks.of(
        1,
        new InputSpec(
            Shape.flat(8),
            new Range(0, 1),
            List.of(),
            List.of(
                new NumberColumn("age", 18, 100, OptionalDouble.empty()),
                new NumberColumn("creatinine", 0.3, 6, OptionalDouble.of(0.9)),
                new CategoryColumn("ward", WARDS, false),
                new CategoryColumn("sex", SEXES, true))),
        new Dense("fc1", 8, 5, true),
        new Relu("relu"),
        new Dense("fc2", 5, 3, true));
  }

  /** Writes the table, and what is to be seen of it as a table of plain features. */
  static void write(Path table, Path seen) throws IOException {
    Random random = new Random(5);
    StringBuilder cells = new StringBuilder("sex,id,age,ward,note,creatinine\n");
    StringBuilder values = new StringBuilder("id,f0,f1,f2,f3,f4,f5,f6,f7\n");
    for (int i = 0; i < TestJobs.RECORDS; i++) {
      double age = random.nextInt(110);
      Optional<Double> creatinine =
          Optional.of(random.nextInt(800) / 100.0).filter(x -> random.nextInt(3) > 0);
      String ward = WARDS.get(random.nextInt(3));
      Optional<String> sex =
          Optional.of(SEXES.get(random.nextInt(2))).filter(x -> random.nextInt(5) > 0);
      cells.append(
          "%s,%d,%s,%s,\"a, b\",%s\n"
              .formatted(
                  sex.orElse(""),
                  TestJobs.id(i),
                  age,
                  ward,
                  creatinine.map(x -> Double.toString(x)).orElse("")));
      values.append(TestJobs.id(i)).append(',');
      values.append(
          DoubleStream.of(
                  share(age, 18, 100),
                  share(creatinine.orElse(0.9), 0.3, 6),
                  creatinine.isEmpty() ? 1 : 0,
                  ward.equals("medical") ? 1 : 0,
                  ward.equals("surgical") ? 1 : 0,
                  ward.equals("icu") ? 1 : 0,
                  sex.equals(Optional.of("f")) ? 1 : 0,
                  sex.equals(Optional.of("m")) ? 1 : 0)
              .mapToObj(Double::toString)
              .collect(Collectors.joining(",", "", "\n")));
    }
    Files.writeString(table, cells);
    Files.writeString(seen, values);
  }

  private static double share(double number, double low, double high) {
    return Math.min(1, Math.max(0, (number - low) / (high - low)));
  }
}
