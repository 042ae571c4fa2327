package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The examples for schedulers try again what failed, and never what was refused: after a refusal
 * every attempt may be another question to the key.
 */
@Slow
class SchedulesIT {

  private static final Path SCHEDULES = Script.ROOT.resolve("submit-scripts/schedules");

  @TempDir private Path directory;

  private Path nightly;
  private Path ran;

  @BeforeEach
  void standIn() throws IOException {
    ran = directory.resolve("ran");
    nightly =
        Script.write(
            directory.resolve("nightly"),
            "echo ran >>'%s'\necho '{\"date\":\"today\"}'\nexit \"${EXIT_CODE:-0}\"\n"
                .formatted(ran));
  }

  private long runs() throws IOException {
    return Files.exists(ran) ? Files.readAllLines(ran).size() : 0;
  }

  @Test
  void theServiceIsNotStartedAgainAfterARefusal() throws IOException {
    List<String> unit = Files.readAllLines(SCHEDULES.resolve("nightjar-nightly.service"));

    assertTrue(unit.contains("Restart=on-failure"));
    List<String> prevented =
        unit.stream().filter(line -> line.startsWith("RestartPreventExitStatus=")).toList();
    assertEquals(1, prevented.size());
    assertTrue(List.of(prevented.get(0).split("[= ]", -1)).containsAll(List.of("2", "3")));
  }

  @Test
  void theServiceCanMarkTheKeysThatItUses() throws IOException {
    String unit = Files.readString(SCHEDULES.resolve("nightjar-nightly.service"));

    String keys = unit.replaceAll("(?s).*--keys (\\S+).*", "$1");
    assertTrue(unit.matches("(?s).*\nReadWritePaths=[^\n]* %s\n.*".formatted(keys)), keys);
  }

  @ParameterizedTest
  @CsvSource({
    "done, 1",
    "failed, 1",
    "interrupted, 1",
    "locked, 1",
    "no-input, 1",
    "bad-input, 0",
    "refused, 0",
    "refused another day, 1"
  })
  void cronTriesAgainWhatWasNotRefused(String last, int runs) throws Exception {
    LocalDate yesterday = LocalDate.now(ZoneId.systemDefault()).minusDays(1);
    LocalDate date = last.endsWith("another day") ? yesterday.minusDays(1) : yesterday;
    Path status = directory.resolve("status.jsonl");
    Files.writeString(
        status,
        "{\"date\":\"%s\",\"status\":\"done\",\"exitCode\":0}\n{\"date\":\"%s\",\"status\":\"%s\",\"exitCode\":0}\n"
            .formatted(yesterday, date, last.split(" ", 2)[0]));
    String line =
        Files.readAllLines(SCHEDULES.resolve("crontab")).stream()
            .filter(each -> each.startsWith("15 3,5 * * *"))
            .findFirst()
            .orElseThrow()
            .substring("15 3,5 * * *".length())
            .replace("\\%", "%"); // as cron does

    Script.line(line, directory)
        .with("NIGHTLY", nightly.toString())
        .with("SETTINGS", "--conf a=b")
        .with("STATUS", status.toString())
        .with("LOG", directory.resolve("log").toString())
        .run()
        .exits(0);

    assertEquals(runs, runs());
    assertEquals(2 + runs, Files.readAllLines(status).size());
  }

  @ParameterizedTest
  @CsvSource({
    "0, ''",
    "66, AirflowSkipException",
    "2, AirflowFailException",
    "3, AirflowFailException",
    "1, AirflowException",
    "75, AirflowException",
    "143, AirflowException"
  })
  void airflowTriesAgainWhatWasNotRefused(int exitCode, String raised) throws Exception {
    assumeTrue(
        Script.line("python3 -c pass", directory).run().exitCode() == 0, "there is no Python");
    writeAirflow();
    String dag =
        Files.readString(SCHEDULES.resolve("airflow_dag.py"))
            .replace("/opt/nightjar/submit-scripts/nightly.sh", nightly.toString());
    Files.writeString(directory.resolve("dag.py"), dag);
    Path main =
        Files.writeString(
            directory.resolve("main.py"),
            """
            import datetime
            import airflow.sdk
            import dag
            (score, options), = airflow.sdk.TASKS
            assert options["retries"] > 0
            try:
                due = datetime.datetime(2024, 3, 1, 1, 15, tzinfo=datetime.timezone.utc)
                print(score(data_interval_end=due))
            except Exception as raised:
                print(type(raised).__name__)
            """);

    Script.Result run =
        Script.line("python3 " + main, directory)
            .with("PYTHONPATH", directory.toString())
            .with("EXIT_CODE", Integer.toString(exitCode))
            .run()
            .exits(0);

    assertEquals(raised.isEmpty() ? "{\"date\":\"today\"}" : raised, run.out().strip());
    assertEquals(1, runs());
    assertEquals(
        List.of("--date", "2024-02-29"),
        Files.readAllLines(directory.resolve("command")).subList(1, 3));
  }

  /** As much of Airflow as the example uses. */
  private void writeAirflow() throws IOException {
    Path hooks = Files.createDirectories(directory.resolve("airflow/providers/standard/hooks"));
    Files.createDirectories(directory.resolve("airflow/sdk"));
    Files.writeString(
        directory.resolve("airflow/sdk/exceptions.py"),
        """
        class AirflowException(Exception): pass
        class AirflowFailException(AirflowException): pass
        class AirflowSkipException(AirflowException): pass
        """);
    Files.writeString(
        directory.resolve("airflow/sdk/__init__.py"),
        """
        TASKS = []
        class DAG:
            def __init__(self, **options): pass
            def __enter__(self): return self
            def __exit__(self, *raised): pass
        def task(**options):
            def decorate(function):
                TASKS.append((function, options))
                return lambda: None
            return decorate
        """);
    Files.writeString(
        hooks.resolve("subprocess.py"),
        """
        import collections
        import subprocess
        Result = collections.namedtuple("Result", ["exit_code", "output"])
        class SubprocessHook:
            def run_command(self, command, env):
                with open("%s", "w") as written:
                    written.write("\\n".join(command))
                ended = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True)
                return Result(ended.returncode, ended.stdout.splitlines()[-1])
        """
            .formatted(directory.resolve("command")));
  }
}
