package io.nightjar.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SampleOrders;
import io.nightjar.exchange.Wave;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.records.RecordInput;
import io.nightjar.records.RecordOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaveRecordsTest {

  /** Three batches in two waves, the last not full. */
  private static final JobDescription JOB =
      SampleOrders.of(new UUID(1, 2), "ab".repeat(32), "cd".repeat(32), 5, 2, 2);

  @TempDir private Path directory;

  private final PhaseTimes times = new PhaseTimes();
  private RecordInput input;

  @BeforeEach
  void writeRecords() throws IOException {
    Path csv = Files.writeString(directory.resolve("x.csv"), "id,a\n7,0\n6,0\n5,0\n4,0\n3,0\n");
    input =
        RecordInput.open(
            new Configuration(),
            new org.apache.hadoop.fs.Path(csv.toUri()),
            new InputSpec(Shape.flat(1), new Range(0, 1), List.of("a")),
            RecordOptions.defaults());
  }

  @Test
  void wavesHaveTheirBatchesInWhateverOrderTheyAreRead() throws IOException {
    List<String> read = new ArrayList<>();
    try (WaveRecords records = new WaveRecords(input, JOB, times)) {
      for (int wave : new int[] {1, 0, 1}) {
        records.read(
            JOB.waves().get(wave),
            (batch, taken) -> read.add(batch + ":" + taken.ids().get(0).text()));
      }
    }

    assertEquals(List.of("2:3", "0:7", "1:5", "2:3"), read);
  }

  /** Otherwise the phases of a job would be more than its threads had. */
  @Test
  void whatIsDoneWithABatchIsNotCountedAsReadingToo() throws IOException {
    Wave wave = JOB.waves().get(0);
    try (WaveRecords records = new WaveRecords(input, JOB, times)) {
      long before = PhaseTimes.now();
      records.read(
          wave,
          (batch, taken) -> {
            long start = PhaseTimes.now();
            while (PhaseTimes.now() - start < 50_000_000) {
              Thread.onSpinWait();
            }
            times.addSince(Phase.ACTIVATE, start);
          });
      long had = PhaseTimes.now() - before;

      assertTrue(times.nanos(Phase.RECORDS) > 0);
      assertTrue(
          times.nanos(Phase.RECORDS) + times.nanos(Phase.ACTIVATE) <= had,
          "reading and activating together took more than both");
    }
  }
}
