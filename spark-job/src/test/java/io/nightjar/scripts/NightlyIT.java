package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.job.ResultFiles;
import io.nightjar.job.TestJobs;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The nightly script: with the program itself, and with a stand-in that ends as it is told. */
@Slow
class NightlyIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Enough waves that a run which is killed after the first has more to do. */
  private static final int BATCHES = 15;

  @TempDir private Path directory;

  private Path in;
  private Path out;
  private final List<Script.Running> started = new ArrayList<>();

  @BeforeEach
  void roots() throws IOException {
    in = Files.createDirectory(directory.resolve("the night's input"));
    out = directory.resolve("the \"output\"");
  }

  @AfterEach
  void killWhatIsLeft() throws Exception {
    for (Script.Running running : started) {
      running.killAll();
    }
  }

  private Script.Running start(String... more) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("--input-root", in.toString(), "--output-root", out.toString()));
    words.addAll(List.of(more));
    Script.Running running =
        Script.named("nightly.sh", directory).start(words.toArray(new String[0]));
    started.add(running);
    return running;
  }

  /** Kills a run and waits until the last of its processes, which takes a moment to die, let go. */
  private void kill(Script.Running running) throws Exception {
    running.killAll();
    Path lock = out.resolve(".nightly.lock");
    Process free = new ProcessBuilder("flock", "--timeout", "60", lock.toString(), "true").start();
    assertEquals(0, free.waitFor());
  }

  private Script.Result run(String... more) throws IOException, InterruptedException {
    return start(more).await();
  }

  /** Runs a date with a stand-in for the program. */
  private Script.Result run(Path program, String date, String... more)
      throws IOException, InterruptedException {
    return run(words(program, date, more));
  }

  private static String[] words(Path program, String date, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("--model", "m", "--submit", "'" + program + "' first", "--date", date));
    words.addAll(List.of(more));
    return words.toArray(new String[0]);
  }

  private void arrive(String date) throws IOException {
    Files.createDirectories(in.resolve("date=" + date));
  }

  private Path output(String date) {
    return out.resolve("date=" + date);
  }

  /** Writes a program that records that it ran, and then does something. */
  private Path program(String what) throws IOException {
    return Script.write(
        directory.resolve("the program"),
        "printf '%s\\n' \"$@\" >>'" + directory.resolve("ran") + "'\n" + what + "\n");
  }

  private List<String> ran() throws IOException {
    Path file = directory.resolve("ran");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static JsonNode status(Script.Result run) throws IOException {
    assertEquals(1, run.out().lines().count(), run.out());
    JsonNode status = JSON.readTree(run.out());
    assertEquals(run.exitCode(), status.get("exitCode").asInt());
    assertTrue(run.out().length() < 1000, run.out());
    return status;
  }

  /** Also what the program itself does with a date twice, and after being killed. */
  @Test
  void aRunThatIsKilledAndRepeatedHasTheSameResultsAsAnUndisturbedOne() throws Exception {
    TestJobs jobs = TestJobs.in(directory.resolve("jobs"));
    int records = BATCHES * jobs.plan().batchSize() - 5;
    for (String date : List.of("2024-02-29", "2024-03-01")) {
      arrive(date);
      Files.move(
          jobs.writeTable("some.csv", records), in.resolve("date=" + date).resolve("some.csv"));
    }

    Script.Running killed = start(real(jobs, "2024-02-29"));
    Path parts = output("2024-02-29").resolve("_nightjar/parts");
    while (!Files.exists(parts.resolve("wave-00000.json"))) { // which is then finished
      assertTrue(killed.process().isAlive(), () -> "it ended by itself");
      Thread.sleep(10);
    }
    kill(killed);
    assertFalse(Files.exists(output("2024-02-29").resolve("_SUCCESS")));

    // What became of that night is no matter to this one.
    JsonNode undisturbed = status(run(real(jobs, "2024-03-01")).exits(0));
    JsonNode resumed = status(run(real(jobs, "2024-02-29")).exits(0));
    Map<Long, List<String>> results = ResultFiles.read(output("2024-02-29"));
    Script.Result again = run(real(jobs, "2024-02-29")).exits(0);

    assertEquals(records, results.size());
    assertEquals(ResultFiles.read(output("2024-03-01")), results);
    assertEquals("done", undisturbed.get("status").asText());
    assertEquals(records, undisturbed.get("records").asInt());
    assertTrue(undisturbed.get("recordsPerSecond").asDouble() > 0);
    assertEquals(records, scoredNow("2024-03-01"));
    assertEquals("done", resumed.get("status").asText());
    assertTrue(scoredNow("2024-02-29") < records);
    assertEquals("nothing-to-do", status(again).get("status").asText());
    assertTrue(again.err().contains("nothing to do"), again.err());
    assertEquals(resumed, JSON.readTree(out.resolve(".nightly/2024-02-29.json").toFile()));
    assertEquals(results, ResultFiles.read(output("2024-02-29")));
  }

  private int scoredNow(String date) throws IOException {
    return JSON.readTree(output(date).resolve("_report/report.json").toFile())
        .get("recordsScoredNow")
        .asInt();
  }

  /** A night on which nobody came is not one on which something went wrong. */
  @Test
  void aDateWithoutRecordsIsEmptyAndCanBeScoredWhenTheyCome() throws Exception {
    TestJobs jobs = TestJobs.in(directory.resolve("jobs"));
    arrive("2024-03-02");
    Path table = in.resolve("date=2024-03-02/some.csv");
    Path some = jobs.writeTable("some.csv", 3);
    Files.write(table, Files.readAllLines(some).subList(0, 1));

    assertEquals("empty", status(run(real(jobs, "2024-03-02")).exits(0)).get("status").asText());
    assertFalse(Files.exists(output("2024-03-02")));

    Files.move(some, table, StandardCopyOption.REPLACE_EXISTING);
    JsonNode scored = status(run(real(jobs, "2024-03-02")).exits(0));
    assertEquals("done", scored.get("status").asText());
    assertEquals(3, scored.get("records").asInt());
    JsonNode night =
        JSON.readTree(
                Script.named("nightjar", directory)
                    .run("history", out.toString(), "--json")
                    .exits(0)
                    .out())
            .at("/nights/0");
    assertEquals("2024-03-02", night.get("date").asText());
    assertEquals(3, night.get("records").asInt());
    assertEquals(scored.get("seconds").asInt(), night.get("seconds").asInt());
    assertTrue(night.has("meanEntropy"), night.toString());
  }

  private static String[] real(TestJobs jobs, String date) {
    List<String> words =
        new ArrayList<>(List.of("--model", jobs.model().toString(), "--date", date));
    words.addAll(List.of("--", "--master", "local[2]"));
    words.addAll(jobs.settingWords(TestJobs.WAVE_BY_WAVE));
    return words.toArray(new String[0]);
  }

  @Test
  void theProgramIsToldWhereTheDateComesFromAndGoesTo() throws Exception {
    arrive("2024-05-01");
    Path program = program("echo '{\"finishedBefore\":false}'");

    JsonNode status =
        status(run(program, "2024-05-01", "--keys", "k d", "--", "--samples", "8").exits(0));

    List<String> expected =
        List.of(
            "first",
            "--model",
            "file://" + Path.of("m").toAbsolutePath(),
            "--input",
            "file://" + in + "/date=2024-05-01",
            "--output",
            "file://" + out + "/date=2024-05-01",
            "--json",
            "--conf",
            "spark.nightjar.input.mayBeEmpty=true",
            "--keys",
            "k d",
            "--samples",
            "8");
    assertEquals(expected, ran());
    assertEquals("2024-05-01", status.get("date").asText());
    assertEquals(out + "/date=2024-05-01", status.get("output").asText());

    String printed =
        run(program, "2024-05-01", "--keys", "k d", "--dry-run", "--", "--samples", "8")
            .exits(0)
            .out();
    assertEquals(expected, ran());
    Script.line(printed, directory).run().exits(0);
    assertEquals(Stream.of(expected, expected).flatMap(List::stream).toList(), ran());
  }

  @Test
  void anAgentIsToldWhomToAskAndUnderWhichPlan() throws Exception {
    arrive("2024-05-01");
    Path program = program("");
    List<String> words = new ArrayList<>(List.of("--exchange", "hdfs:///meeting", "--keys", "k"));
    words.addAll(List.of("--submit", "'" + program + "'", "--date", "2024-05-01"));

    run(words.toArray(new String[0])).exits(2);
    words.addAll(List.of("--plan", "plan.json", "--model-owner", "ed25519:00"));
    run(words.toArray(new String[0])).exits(0);

    assertEquals(
        List.of(
            "--exchange",
            "hdfs:///meeting",
            "--plan",
            "plan.json",
            "--model-owner",
            "ed25519:00",
            "--input",
            "file://" + in + "/date=2024-05-01",
            "--output",
            "file://" + out + "/date=2024-05-01",
            "--json",
            "--conf",
            "spark.nightjar.input.mayBeEmpty=true",
            "--keys",
            "k"),
        ran());
    words.remove("--submit");
    words.remove("'" + program + "'");
    words.add("--dry-run");
    assertTrue(
        run(words.toArray(new String[0]))
            .exits(0)
            .out()
            .startsWith(Script.ROOT.resolve("submit-scripts/nightjar") + " agent --exchange"));
    run("--model", "m", "--exchange", "x").exits(2);
    run("--model", "m", "--plan", "p").exits(2);
  }

  /** A monitor takes lines of the system's log, which may be short. */
  @Test
  void whateverTheReportHasTheStatusIsShortAndKept() throws Exception {
    String deep = "d".repeat(200);
    out = directory.resolve(deep).resolve(deep).resolve(deep);
    arrive("2024-05-01");
    Path report =
        Files.writeString(
            directory.resolve("report"),
            "{\"records\":7,\"recordsPerSecond\":1.5E-3,\"rounds\":[%s{\"records\":9}],\"accuracy\":0.5}\n"
                .formatted("{\"records\":8},".repeat(1000)));

    Script.Result run = run(program("cat '" + report + "'"), "2024-05-01").exits(0);

    JsonNode status = status(run);
    assertEquals(7, status.get("records").asInt());
    assertEquals(0.0015, status.get("recordsPerSecond").asDouble());
    assertEquals(0.5, status.get("accuracy").asDouble());
    assertTrue(status.get("output").asText().matches("\\.\\.\\.d+/.*/date=2024-05-01"));
    assertEquals(run.out(), Files.readString(out.resolve(".nightly/2024-05-01.json")));
  }

  @Test
  void aDryRunLeavesNothingBehind() throws Exception {
    LocalDate before = LocalDate.now(java.time.ZoneId.systemDefault());
    String printed = run("--model", "/m", "--dry-run").exits(0).out();

    assertFalse(Files.exists(out));
    assertEquals(1, printed.lines().count());
    // Yesterday, if it is not just midnight.
    assertTrue(
        printed.contains("date=" + before.minusDays(1)) || printed.contains("date=" + before),
        printed);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, done",
    "1, 1, failed",
    "2, 2, bad-input",
    "3, 3, refused",
    "66, 1, failed",
    "137, 137, interrupted"
  })
  void exitCodesTellWhatBecameOfIt(int ofProgram, int expected, String status) throws Exception {
    arrive("2024-05-01");

    Script.Result run = run(program("exit " + ofProgram), "2024-05-01").exits(expected);

    assertEquals(status, status(run).get("status").asText());
    assertFalse(status(run).has("records"));
  }

  @Test
  void aDateThatFailedDoesNotBlockTheNext() throws Exception {
    arrive("2024-05-01");
    arrive("2024-05-02");
    Path program = program("[[ \"$*\" != *date=2024-05-01* ]]");

    run(program, "2024-05-01").exits(1);
    run(program, "2024-05-02").exits(0);
  }

  @Test
  void withoutAnInputPartitionThereIsNothingToScore() throws Exception {
    arrive("2024-05-02");
    Path program = program("");

    Script.Result missing = run(program, "2024-05-01").exits(66);
    assertEquals("no-input", status(missing).get("status").asText());
    assertTrue(missing.err().contains(in + "/date=2024-05-01"), missing.err());
    run(program, "2024-05-02", "--ready-file", "_SUCCESS").exits(66);
    assertEquals(List.of(), ran());

    Files.createFile(in.resolve("date=2024-05-02/_SUCCESS"));
    run(program, "2024-05-02", "--ready-file", "_SUCCESS").exits(0);
    assertFalse(ran().isEmpty());
  }

  @Test
  void aFinishedDateStaysFinishedWhenItsInputIsGone() throws Exception {
    finished("2024-05-01");

    Script.Result run = run(program(""), "2024-05-01").exits(0);

    assertEquals("nothing-to-do", status(run).get("status").asText());
    assertEquals(List.of(), ran());
  }

  @Test
  void twoRunsDoNotMeetAndTheLockEndsWithItsHolder() throws Exception {
    arrive("2024-05-01");
    arrive("2024-05-02");
    Path waiting =
        program("while [[ ! -e '" + directory.resolve("go") + "' ]]; do sleep 0.05; done");
    Script.Running first = start(words(waiting, "2024-05-01"));
    while (ran().isEmpty()) {
      Thread.sleep(10);
    }
    int before = ran().size();

    Script.Result second = run(waiting, "2024-05-02").exits(75);
    assertEquals("locked", status(second).get("status").asText());
    assertTrue(
        second.err().contains("another run is under way: process " + first.process().pid()),
        second.err());
    // The job goes on without the script, and must not meet another either.
    first.process().destroyForcibly().waitFor();
    run(waiting, "2024-05-02").exits(75);
    assertEquals(before, ran().size());

    kill(first);
    Files.createFile(directory.resolve("go"));
    run(waiting, "2024-05-02").exits(0);
  }

  @Test
  void whoStopsTheScriptStopsTheJob() throws Exception {
    arrive("2024-05-01");
    Path waiting =
        program("trap 'echo stopped >>\"$0.log\"; exit 143' TERM\nwhile :; do sleep 0.05; done");
    Script.Running running = start(words(waiting, "2024-05-01"));
    while (ran().isEmpty()) {
      Thread.sleep(10);
    }

    running.process().destroy();

    assertEquals("interrupted", status(running.await().exits(143)).get("status").asText());
    assertEquals("stopped\n", Files.readString(Path.of(waiting + ".log")));
  }

  private Path finished(String date) throws IOException {
    Path partition = Files.createDirectories(output(date).resolve("_nightjar")).getParent();
    Files.createFile(partition.resolve("_SUCCESS"));
    Files.createFile(partition.resolve("_nightjar/job.json"));
    return partition;
  }

  @Test
  void onlyFinishedPartitionsThatAreOldEnoughAreRemoved() throws Exception {
    arrive("2024-03-05");
    finished("2024-02-27"); // goes
    finished("2023-12-31"); // goes
    finished("2024-02-28"); // is six days older, in a leap year
    finished("2024-03-06"); // is newer
    Files.delete(finished("2024-01-01").resolve("_SUCCESS"));
    Files.delete(finished("2024-01-02").resolve("_nightjar/job.json"));
    Files.move(finished("2024-01-03"), out.resolve("date=2024-1-3"));
    Files.move(finished("2024-01-04"), out.resolve("date=2024-01-04.bak"));
    Files.move(finished("2024-01-05"), out.resolve("date=2024-02-30"));
    Files.move(finished("2024-01-06"), out.resolve("day=2024-01-06"));
    Path elsewhere = Files.move(finished("2024-01-07"), directory.resolve("elsewhere"));
    Files.createSymbolicLink(output("2024-01-07"), elsewhere);
    Files.createFile(output("2024-01-08"));
    // What an earlier run did not get to remove.
    Files.move(finished("2023-12-30"), out.resolve(".removing.date=2023-12-30"));
    Set<String> before = names();
    Path program = program("mkdir '" + output("2024-03-05") + "'");

    String dry = run(program, "2024-03-05", "--keep-days", "6", "--dry-run").exits(0).out();
    assertEquals(
        List.of("# would remove " + output("2023-12-31"), "# would remove " + output("2024-02-27")),
        dry.lines().skip(1).toList());
    assertEquals(before, names());

    run(program("exit 1"), "2024-03-05", "--keep-days", "6").exits(1);
    before.addAll(List.of(".nightly.lock", ".nightly"));
    assertEquals(before, names());

    JsonNode status =
        status(
            run(program("mkdir '" + output("2024-03-05") + "'"), "2024-03-05", "--keep-days", "6")
                .exits(0));
    before.removeAll(List.of("date=2023-12-31", "date=2024-02-27", ".removing.date=2023-12-30"));
    before.add("date=2024-03-05");
    assertEquals(before, names());
    assertTrue(Files.exists(elsewhere.resolve("_SUCCESS")));
    assertEquals(2, status.get("removed").asInt());
  }

  @Test
  void nothingIsRemovedUnlessAskedFor() throws Exception {
    arrive("2024-03-05");
    finished("1999-01-01");

    run(program(""), "2024-03-05").exits(0);

    assertTrue(Files.exists(output("1999-01-01")));
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
