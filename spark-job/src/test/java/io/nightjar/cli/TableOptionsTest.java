package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.ResultFiles;
import io.nightjar.job.TestJobs;
import io.nightjar.tables.Lake;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options that say what Spark reads. */
@Slow
class TableOptionsTest {

  @TempDir private Path directory;

  private CommandRun score(String options) {
    return CommandRun.of(
        ("score --model no-model --output " + directory.resolve("out") + " " + options)
            .strip()
            .split(" +", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | give --input, or --table",
        "--input a --table b | give --input, or --table",
        "--table a --input-format orc | --table needs no --input-format",
        "--input-format jdbc | give --input, or --table",
        "--input a --format csv --output-format orc | --format is for files as Nightjar writes them",
        "--input a --format csv --output-table t | --format is for files as Nightjar writes them",
        "--input a --output-option mode=append | The option \"mode\" of results is not for choice",
        "--input a --output-partition class,CLASS | divided by the column \"CLASS\" twice",
      })
  void optionsThatDoNotGoTogetherAreRefused(String options, String why) {
    CommandRun run = score(options);

    assertEquals(2, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(why), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | a",
        "a, b AS c | a;b AS c",
        "f(a, g(b, c)) AS x,`y,z` | f(a, g(b, c)) AS x;`y,z`",
        "concat(a, ',') AS x, \"b,c\" | concat(a, ',') AS x;\"b,c\"",
      })
  void expressionsAreDividedAtTheCommasThatAreBetweenThem(String list, String parts) {
    assertEquals(List.of(parts.split(";", -1)), SelectList.split(list));
  }

  @Test
  void aTableIsScoredFromTheCommandLine() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path csv = directory.resolve("a[1] *{b}.CSV"); // of which nothing stands for anything else
    List<String> lines = new ArrayList<>(jobs.table());
    lines.replaceAll(line -> line.replace(',', ';'));
    Files.write(csv, lines);
    CommandRun run =
        CommandRun.with(
            jobs,
            "score",
            "--model",
            jobs.model().toString(),
            "--input",
            csv.toString(),
            "--input-option",
            "sep=;",
            "--where",
            "id < 600",
            "--columns",
            "id, f0, f1, f2, f3, f4, f5",
            "--output",
            directory.resolve("out").toString(),
            "--format",
            "csv");

    assertEquals(0, run.exitCode(), run.err());
    List<String> results = new ArrayList<>();
    for (Path part : ResultFiles.in(directory.resolve("out"))) {
      assertTrue(part.toString().endsWith(".csv"), part.toString());
      List<String> all = Files.readAllLines(part);
      assertTrue(all.get(0).startsWith("id,prediction,class,p_0"), all.get(0));
      results.addAll(all.subList(1, all.size()));
    }
    assertEquals(600, results.size());
    for (String result : results) {
      String[] cells = result.split(",", 3);
      assertEquals(jobs.expected().get(Long.valueOf(cells[0])).get(0), cells[1]);
    }
    assertTrue(run.out().contains("600 records"), run.out());
  }

  @Test
  void resultsGoToATableFromTheCommandLine() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Files.createDirectories(directory.resolve("lake/ward"));
    List<String> words = new ArrayList<>();
    for (String setting : Lake.settings(directory.resolve("lake").toUri().toString())) {
      words.addAll(List.of("--conf", setting));
    }
    words.addAll(List.of("--model", jobs.model().toString(), "--input", jobs.records().toString()));
    words.addAll(List.of("--output", directory.resolve("out").toString()));
    words.addAll(List.of("--output-table", "lake.ward.risks", "--output-format", "iceberg"));
    CommandRun run = CommandRun.with(jobs, "score", words.toArray(new String[0]));

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("Results are in table lake.ward.risks, version "), run.out());
    assertTrue(run.out().contains(", the report in " + directory.resolve("out")), run.out());
  }

  /** Before anything is encrypted, and so that the same output can be asked for again. */
  @Test
  void aFormatThatIsNoneIsOneLine() {
    TestJobs jobs = TestJobs.in(directory);
    CommandRun run =
        CommandRun.with(
            jobs,
            "score",
            "--model",
            jobs.model().toString(),
            "--input",
            jobs.records().toString(),
            "--output",
            directory.resolve("out").toString(),
            "--output-format",
            "io.nightjar.owner.ResultStore");

    assertEquals(2, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("io.nightjar.owner.ResultStore"), run.err());
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void aBadTableIsOneLine() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path csv =
        Files.writeString(directory.resolve("x.csv"), "id,f0,f1,f2,f3,f4,f5\nSECRET,0,0,0,0,0\n");
    CommandRun run =
        CommandRun.with(
            jobs,
            "score",
            "--model",
            jobs.model().toString(),
            "--input",
            csv.toString(),
            "--input-format",
            "csv",
            "--output",
            directory.resolve("out").toString());

    assertEquals(2, run.exitCode(), run.err());
    assertTrue(
        run.err()
            .contains("nightjar: 1 of 1 rows is bad: \"x.csv\" row 1: it is malformed; correct"),
        run.err());
    assertFalse(run.err().contains("SECRET"), run.err());
    assertFalse(Files.exists(directory.resolve("out")));
  }
}
