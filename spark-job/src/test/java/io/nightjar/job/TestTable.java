package io.nightjar.job;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/** A network for a hospital's table, such a table, and the numbers that the network must see. */
final class TestTable {

  private static final List<String> WARDS = List.of("medical", "surgical", "icu");
  private static final List<String> SEXES = List.of("f", "m");

  private static final List<Patient> PATIENTS = patients();

  private record Patient(
      double age, Optional<Double> creatinine, String ward, Optional<String> sex) {}

  private TestTable() {}

  private static List<Patient> patients() {
    Random random = new Random(5);
    List<Patient> patients = new ArrayList<>();
    for (int i = 0; i < TestJobs.RECORDS; i++) {
      patients.add(
          new Patient(
              random.nextInt(110),
              Optional.of(random.nextInt(800) / 100.0).filter(x -> random.nextInt(3) > 0),
              WARDS.get(random.nextInt(3)),
              Optional.of(SEXES.get(random.nextInt(2))).filter(x -> random.nextInt(5) > 0)));
    }
    return List.copyOf(patients);
  }

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

  /** Returns the rows of the table, below a line that names its columns. */
  static List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("sex,id,age,ward,note,creatinine"));
    for (int i = 0; i < PATIENTS.size(); i++) {
      Patient one = PATIENTS.get(i);
      lines.add(
          "%s,%d,%s,%s,\"a, b\",%s"
              .formatted(
                  one.sex().orElse(""),
                  i,
                  one.age(),
                  one.ward(),
                  one.creatinine().map(x -> Double.toString(x)).orElse("")));
    }
    return lines;
  }

  /** Returns what a network sees of the rows, in the order of their ids. */
  static List<double[]> values() {
    return PATIENTS.stream().map(TestTable::values).toList();
  }

  private static double[] values(Patient one) {
    return new double[] {
      share(one.age(), 18, 100),
      share(one.creatinine().orElse(0.9), 0.3, 6),
      one.creatinine().isEmpty() ? 1 : 0,
      one.ward().equals("medical") ? 1 : 0,
      one.ward().equals("surgical") ? 1 : 0,
      one.ward().equals("icu") ? 1 : 0,
      one.sex().equals(Optional.of("f")) ? 1 : 0,
      one.sex().equals(Optional.of("m")) ? 1 : 0
    };
  }

  private static double share(double number, double low, double high) {
    return Math.min(1, Math.max(0, (number - low) / (high - low)));
  }
}
