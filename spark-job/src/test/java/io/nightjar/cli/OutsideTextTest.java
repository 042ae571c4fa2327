package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ServingProcess;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestNetworks;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that whoever scores records that a model was not made for hears of it. */
class OutsideTextTest {

  private static final int RECORDS = 500;

  @TempDir private Path directory;

  /** Takes six columns of numbers from 0 to 1. */
  private static Model ofColumns() {
    List<InputColumn> columns =
        IntStream.range(0, 6)
            .<InputColumn>mapToObj(k -> new NumberColumn("f" + k, 0, 1, OptionalDouble.empty()))
            .toList();
    return TestNetworks.of(
        1,
        new InputSpec(Shape.flat(6), new Range(0, 1), List.of(), columns),
        new Dense("fc1", 6, 5, true),
        new Relu("relu"),
        new Dense("fc2", 5, 3, true));
  }

  /** Takes activations to be smaller than they are. */
  private static Model badlyCalibrated() {
    Model model = TestNetworks.withRelu(1);
    Architecture all = model.architecture();
    return new Model(
        new Architecture(
            all.name(),
            all.task(),
            all.input(),
            all.layers(),
            all.classes(),
            Map.of("relu", new Range(0, 0.25))),
        model.posterior());
  }

  private CommandRun score(TestJobs jobs, Path records, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--model", at("model"), "--master", "local[2]"));
    arguments.addAll(List.of("--input", records.toString(), "--output", at("out")));
    arguments.addAll(List.of("--limit", Integer.toString(RECORDS)));
    arguments.addAll(List.of(more));
    return CommandRun.with(jobs, "score", arguments.toArray(new String[0]));
  }

  private String at(String name) {
    return directory.resolve(name).toString();
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(directory.resolve("out/_report/report.json").toFile());
  }

  /** Writes records as a table, with values 255 times as large. */
  private Path scaled(TestJobs jobs) throws IOException {
    List<String> lines = jobs.table();
    lines.replaceAll(line -> line.startsWith("id") ? line : scaled(line));
    return Files.write(directory.resolve("scaled.csv"), lines);
  }

  private static String scaled(String line) {
    String[] cells = line.split(",", -1);
    for (int k = 1; k < cells.length; k++) {
      cells[k] = Double.toString(255 * Double.parseDouble(cells[k]));
    }
    return String.join(",", cells);
  }

  @Test
  void aJobOfRecordsAsTheModelTakesThemSaysNothing() throws IOException {
    TestJobs jobs = TestJobs.in(directory, ofColumns());

    CommandRun run = score(jobs, jobs.writeTable("records.csv"));

    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.err());
    assertEquals(0, report().path("outside").size());
    assertEquals(RECORDS * 6, report().at("/rounds/0/inputs").asInt());
    assertEquals(0, report().at("/rounds/0/outside").asInt(-1));
  }

  @Test
  void aTableInOtherUnitsSaysSoInTheReportAndOnTheTerminal() throws IOException {
    TestJobs jobs = TestJobs.in(directory, ofColumns());

    CommandRun run = score(jobs, scaled(jobs), "--json");

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(
        run.err().startsWith("nightjar: warning: columns have many numbers outside"), run.err());
    assertTrue(run.err().contains(" %) in \"f0\", "), run.err());
    assertTrue(run.err().contains(", and 1 more;"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals(report().path("outside"), new ObjectMapper().readTree(run.out()).path("outside"));
    for (int k = 0; k < 6; k++) {
      int outside = report().path("outside").path("f" + k).asInt();
      assertTrue(outside > 0.98 * RECORDS && outside <= RECORDS, "f" + k + ": " + outside);
    }
  }

  @Test
  void soDoesOneWhoseExecutorsAreElsewhere() throws Exception {
    TestJobs jobs = TestJobs.in(directory, ofColumns());
    Path exchange = directory.resolve("exchange");
    Path keys = jobs.keys("keys");
    CommandRun agent;
    try (ServingProcess serving = ServingProcess.start(jobs, exchange)) {
      agent = CommandRun.asking(jobs, scaled(jobs), exchange, keys, directory.resolve("out"));

      serving.assertDone();
    }
    assertEquals(0, agent.exitCode(), agent.err());
    assertTrue(
        agent.err().startsWith("nightjar: warning: columns have many numbers outside"),
        agent.err());
    assertEquals(6, report().path("outside").size());
  }

  @Test
  void activationsBeyondTheirCalibrationAreNamedByTheirRound() throws IOException {
    TestJobs jobs = TestJobs.in(directory, badlyCalibrated());

    CommandRun run = score(jobs, jobs.records());

    int outside = report().at("/rounds/1/outside").asInt();
    int inputs = report().at("/rounds/1/inputs").asInt();
    assertEquals(RECORDS * 5 * TestJobs.DRAWS, inputs);
    assertEquals(
        "nightjar: warning: round 2 took %,d of %,d values (%.1f %%) from outside the range of calibration, which count as its nearer end; scale the input as the model was trained, or have the model calibrated on records such as these ('nightjar calibrate')"
            .formatted(outside, inputs, 100.0 * outside / inputs),
        run.err().strip());
  }

  private static Map<String, Object> round(long inputs, long outside) {
    return Map.of("inputs", inputs, "outside", outside);
  }

  private static List<String> warnings(Plan plan, Object... rounds) {
    return OutsideText.warnings(plan, Map.of("records", 1L, "rounds", List.of(rounds)));
  }

  @Test
  void oneInputValueIsEnoughAndOfActivationsMoreThanTheUsualShare() {
    Plan plan = TestJobs.in(directory).plan();

    assertEquals(List.of(), warnings(plan, round(1000, 0), round(1000, 20)));
    assertEquals(List.of(), warnings(plan, Map.of(), round(1000, 20)), "uploaded before");
    assertEquals(1, warnings(plan, round(1000, 0), round(1000, 21)).size());
    List<String> input = warnings(plan, round(1000, 1), round(1000, 0));
    assertEquals(1, input.size());
    assertTrue(
        input
            .get(0)
            .startsWith("round 1 took 1 of 1,000 values (0.1 %) from outside the model's range"),
        input.get(0));
  }

  @Test
  void inputValuesThatVoidAPlansBoundsAreCalledThat() {
    List<String> warnings =
        warnings(TestJobs.in(directory, ProtocolProfile.CRYPTONETS).plan(), round(1000, 7));

    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("the plan's bounds do not hold"), warnings.get(0));
    assertFalse(warnings.get(0).contains("nearer end"), warnings.get(0));
  }

  @Test
  void aJobThatWasDoneBeforeHasNothingToWarnOf() {
    assertEquals(List.of(), OutsideText.warnings(TestJobs.in(directory).plan(), Map.of()));
  }
}
