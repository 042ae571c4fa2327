package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.job.TestJobs;
import io.nightjar.plan.Plan;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordId;
import io.nightjar.staging.StagedFile;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingArea;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionColumnsTest {

  @TempDir private Path directory;

  private Plan plan;

  @BeforeEach
  void makePlan() {
    plan = TestJobs.in(directory.resolve("jobs")).plan();
  }

  /** Stages records with a number and a ward. */
  private StagedRecords staged(int count, IntFunction<String> ward) throws IOException {
    List<RecordId> ids =
        IntStream.range(0, count)
            .mapToObj(i -> RecordId.of(List.of((Object) i, ward.apply(i))))
            .toList();
    return new StagingArea(
            new org.apache.hadoop.fs.Path(directory.resolve("own").toUri()),
            HadoopFiles.configuration(new Configuration()))
        .stage(
            "here",
            (target, batchSize) -> {
              try (StagedFile file = target.create(0)) {
                file.add(new RecordBatch(ids, new RealColumns(1, count, new double[count])));
                return new StagingArea.Content(
                    new RecordCensus(count, IdType.VALUES, "a".repeat(64), Map.of()),
                    file.finish(),
                    "_night INT, ward STRING",
                    "");
              }
            },
            8192,
            new ForgottenKeys());
  }

  private void require(StagedRecords records, String... names) throws IOException {
    new PartitionColumns(List.of(names), ResultSchema.of(records, plan), plan).require(records);
  }

  private void assertRefused(StagedRecords records, String why, String... names) {
    InvalidTargetException refused =
        assertThrows(InvalidTargetException.class, () -> require(records, names));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertFalse(refused.getMessage().contains("SECRET"), refused.getMessage());
  }

  @Test
  void columnsWithFewValuesDivideResultsAndOthersDoNot() throws Exception {
    try (StagedRecords records = staged(10, i -> "/SECRET=../" + i % 3)) {
      require(records, "ward");
      require(records, "class", "ward");
      require(records, "prediction");
      assertRefused(records, "they have _night, ward, prediction, class, p_0", "WARD");
      assertRefused(records, "holds real numbers", "entropy");
      assertRefused(records, "passed over", "_night");
    }
  }

  /** With three classes, a third of the most parts is left for ids. */
  @Test
  void columnsWithManyValuesAreRefused() throws Exception {
    int third = PartitionColumns.MOST / 3;
    try (StagedRecords records = staged(third + 1, i -> "SECRET" + i)) {
      require(records, "ward");
      assertRefused(records, "more than 10,000 parts: choose", "ward", "prediction");
    }
    try (StagedRecords records = staged(third, i -> "SECRET" + i)) {
      require(records, "ward", "prediction", "class");
    }
  }

  @Test
  void valuesThatWouldNotBeReadBackAreRefused() throws Exception {
    for (String ward : List.of("__HIVE_DEFAULT_PARTITION__", "SECRET/".repeat(25))) {
      try (StagedRecords records = staged(3, i -> ward)) {
        assertRefused(records, "a value is empty, longer than 200 bytes", "ward");
      }
    }
  }
}
