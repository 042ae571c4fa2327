package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs over what Spark reads. */
@Slow
class TableJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path json;

  /** Records in the order of their ids, as CSV for whoever compares, and as JSON. */
  @BeforeEach
  void write() throws Exception {
    jobs = TestJobs.in(directory);
    List<String> lines = new ArrayList<>(Files.readAllLines(jobs.records()));
    String header = lines.remove(0);
    lines.sort(Comparator.comparingLong(line -> Long.parseLong(line.split(",", -1)[0])));
    List<String> objects = new ArrayList<>();
    for (String line : lines) {
      String[] names = header.split(",", -1);
      String[] cells = line.split(",", -1);
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < names.length; i++) {
        fields.add("\"%s\":%s".formatted(names[i], cells[i]));
      }
      objects.add("{" + String.join(",", fields) + "}");
    }
    lines.add(0, header);
    Files.write(jobs.records(), lines);
    objects.sort(Comparator.reverseOrder());
    json = Files.write(directory.resolve("records.json"), objects);
  }

  private RecordSource source(Optional<String> where) {
    return new RecordSource.Table(
        Optional.of("json"),
        Optional.of(json.toUri().toString()),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        where,
        List.of());
  }

  private static ScoreRequest of(RecordSource source, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        source,
        request.output(),
        request.keys(),
        request.labels(),
        request.limit(),
        request.master(),
        request.settings());
  }

  @Test
  void aTableIsScoredInTheOrderOfItsIds() throws Exception {
    ScoreRequest request = of(source(Optional.empty()), jobs.scoring("out", jobs.keys("keys")));
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluations(2, Moment::end)));
    JobRefusedException other =
        assertThrows(
            JobRefusedException.class,
            () -> Parties.score(of(source(Optional.of("id > 0")), request)));
    assertTrue(other.getMessage().contains("another model, input or plan"), other.getMessage());
    Files.delete(json);

    Parties.score(request); // goes on with the records it has

    jobs.assertScored("out");
  }

  @Test
  void aTableWithoutRowsIsRefused() {
    JobRefusedException refused =
        assertThrows(
            JobRefusedException.class,
            () -> Parties.score(of(source(Optional.of("id < 0")), jobs.scoring("out"))));

    assertTrue(refused.getMessage().endsWith("has no records"), refused.getMessage());
    assertEquals(false, Files.exists(directory.resolve("out")));
  }
}
