package io.nightjar.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import io.nightjar.report.Correctness;
import io.nightjar.report.Findings;
import io.nightjar.report.ReportSubject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final int CLASSES = 3;
  private static final ReportSubject SUBJECT =
      new ReportSubject(Task.CLASSIFICATION, CLASSES, OptionalInt.of(2));
  private static final int BATCHES = 5;
  private static final int RECORDS = 40;

  private static Predictions predictions(Random random) {
    List<RealColumns> draws = new ArrayList<>();
    for (int draw = 0; draw < 2; draw++) {
      double[] values = new double[CLASSES * RECORDS];
      for (int j = 0; j < RECORDS; j++) {
        double first = random.nextInt(1, 64) / 128.0; // so that sums are exact in any order
        double second = random.nextInt(1, 64) / 128.0;
        values[j] = first;
        values[RECORDS + j] = second;
        values[2 * RECORDS + j] = 1 - first - second;
      }
      draws.add(new RealColumns(CLASSES, RECORDS, values));
    }
    return Predictions.average(Task.CLASSIFICATION, draws);
  }

  private static Tally travelled(Tally tally) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(tally);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Tally) in.readObject();
    }
  }

  /** Each batch is another task's, and what they have counted comes in no order. */
  @Test
  void whatTasksCountIsWhatOneWouldCount() throws Exception {
    Random random = new Random(5);
    Findings one = new Findings(SUBJECT);
    Correctness right = Correctness.of(SUBJECT);
    List<Tally> tallies = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      Predictions predictions = predictions(random);
      long first = (long) batch * RECORDS;
      List<RecordId> ids = LongStream.range(first, first + RECORDS).mapToObj(RecordId::of).toList();
      List<double[]> labels =
          IntStream.range(0, RECORDS)
              .mapToObj(j -> new double[] {random.nextInt(CLASSES)})
              .toList();
      one.add(first, ids, predictions);
      for (int j = 0; j < RECORDS; j++) {
        right.add(predictions, j, labels.get(j));
      }
      Tally.Counter counter = new Tally.Counter(SUBJECT, RECORDS);
      counter.add(first, ids, predictions, labels);
      tallies.add(0, travelled(counter.tally()));
    }

    Findings several = new Findings(SUBJECT);
    Correctness found = Correctness.of(SUBJECT);
    for (Tally tally : tallies) {
      several.add(tally.findings());
      found.add(tally.correctness().orElseThrow());
    }

    assertEquals(counts(one), counts(several));
    assertEquals(figures(right), figures(found));
  }

  /** Means are left out, which may be rounded otherwise in another order. */
  private static String counts(Findings findings) {
    Map<String, Object> report = new LinkedHashMap<>();
    findings.report(report);
    return report.toString().replaceAll("mean(Probability)?=[^,}]*", "");
  }

  private static String figures(Correctness correctness) {
    Map<String, Object> report = new LinkedHashMap<>();
    correctness.reportSummary(report);
    report.remove("expectedCalibrationError");
    correctness.reportDetails(report);
    report.remove("riskCalibrationError");
    return report.toString().replaceAll("confidence=[^,]*", "");
  }
}
