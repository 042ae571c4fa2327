package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.job.TestJobs;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ModelWriter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocols.Protocols;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {

  @TempDir private Path directory;

  @BeforeEach
  void writeModel() throws IOException {
    Architecture architecture =
        new Architecture(
            "small",
            Task.CLASSIFICATION,
            new InputSpec(Shape.flat(4), new Range(0, 1), List.of()),
            List.of(new Dense("fc1", 4, 3, false), new Relu("relu"), new Dense("fc2", 3, 2, false)),
            List.of("no", "yes"),
            Map.of("relu", new Range(0, 2)));
    WeightSet weights =
        new WeightSet(Map.of("fc1", gaussian(12), "fc2", gaussian(6)), Map.of(), Map.of());
    try (OutputStream json = Files.newOutputStream(directory.resolve(ModelReader.MODEL_JSON));
        OutputStream posterior = Files.newOutputStream(directory.resolve(ModelReader.POSTERIOR))) {
      ModelWriter.write(new Model(architecture, Posterior.of(weights)), json, posterior);
    }
  }

  private static Gaussian gaussian(int size) {
    float[] means = new float[size];
    float[] stds = new float[size];
    Arrays.fill(means, 0.5f);
    Arrays.fill(stds, 0.1f);
    return new Gaussian(means, stds);
  }

  @Test
  void explainsTheRounds() {
    CommandRun run = CommandRun.of("plan", "--model", directory.toString(), "--samples", "3");

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(
        run.out().startsWith("Plan of small with bayhenn, model privacy none, 3 draws"), run.out());
    assertTrue(run.out().contains("then the data owner: relu"), run.out());
  }

  @Test
  void printsOneJsonObjectWithTheParametersAndEveryRound() throws Exception {
    CommandRun run = CommandRun.of("plan", "--model", directory.toString(), "--json");

    assertEquals(1, run.out().lines().count());
    JsonNode plan = new ObjectMapper().readTree(run.out());
    assertEquals("bayhenn", plan.get("protocol").asText());
    assertEquals(2, plan.get("rounds").size());
    assertEquals(128, plan.get("parameters").get("securityBits").asInt());
    assertTrue(
        plan.get("rounds").get(0).get("bound").asLong()
            < plan.get("rounds").get(0).get("plainLimit").asLong());
  }

  private CommandRun hidden(String budget) {
    return CommandRun.of(
        "plan",
        "--model",
        directory.toString(),
        "--model-privacy",
        "bayesian",
        "--conf",
        "spark.nightjar.plan.statisticalBits=40",
        "--budget",
        budget);
  }

  /** The planner knows the budget that the ledger holds a data owner to. */
  @Test
  void floodsResultsForTheWholeBudgetOrNamesTheLargestThatItCan() {
    CommandRun unlimited = hidden("unlimited");
    CommandRun limited = hidden("1000000");
    CommandRun refused = hidden("1000000000000000");

    assertTrue(unlimited.out().contains("there is no bound for the noise of all"), unlimited.out());
    assertTrue(
        limited.out().contains("The noise of a budget of 1000000 answers is within 2^-"),
        limited.out());
    assertTrue(limited.out().contains(", of 2^-40 that are allowed."), limited.out());
    assertTrue(refused.exitCode() != 0);
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertTrue(refused.err().contains("the largest budget that can is "), refused.err());
  }

  @Test
  void recommendsMemoryForExecutorsOfSoManyCores() {
    int one = overhead("1");

    assertTrue(one > 384, () -> "the JVM alone takes that");
    assertTrue(overhead("64") > one);
    assertEquals(2, CommandRun.of(plan("0")).exitCode());
  }

  private String[] plan(String cores) {
    return new String[] {"plan", "--model", directory.toString(), "--executor-cores", cores};
  }

  private int overhead(String cores) {
    CommandRun run = CommandRun.of(plan(cores));
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("with " + cores + " core"), run.out());
    String after = run.out().split("memoryOverhead=", -1)[1];
    return Integer.parseInt(after.substring(0, after.indexOf("m")));
  }

  @Test
  void refusesADirectoryWithoutAModelInOneLine() {
    CommandRun run = CommandRun.of("plan", "--model", directory.resolve("none").toString());

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("model.json"), run.err());
  }

  @Test
  void refusesADamagedPosteriorInOneLine() throws IOException {
    Files.write(directory.resolve(ModelReader.POSTERIOR), new byte[] {1, 2, 3});

    CommandRun run = CommandRun.of("plan", "--model", directory.toString());

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void refusesOptionsOutOfRange() {
    CommandRun run = CommandRun.of("plan", "--model", directory.toString(), "--samples", "65");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("must be a whole number from 1 to 64"), run.err());
    assertTrue(run.err().contains("--samples"), run.err());
  }

  private JsonNode plan(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("plan", "--model", directory.toString(), "--json"));
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments.toArray(new String[0]));
    assertEquals(0, run.exitCode(), run.err());
    return new ObjectMapper().readTree(run.out());
  }

  private static List<Object> choices(JsonNode plan) {
    return List.of(
        plan.get("draws").asInt(),
        plan.get("activationBits").asInt(),
        plan.get("weightBits").asInt(),
        plan.get("clipSigmas").asDouble());
  }

  @Test
  void goesByTheDefaultsOfTheSettings() throws IOException {
    assertEquals(List.of(1, 8, 8, 4.0), choices(plan()));
  }

  /** Each source of settings overrides those before it, as everywhere. */
  @Test
  void goesByAFileThenByConfThenByItsOwnOptions() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("x.conf"),
            """
            spark.nightjar.job.samples 2
            spark.nightjar.plan.activationBits 5
            spark.nightjar.plan.weightBits 5
            spark.nightjar.plan.clipSigmas 3
            """);

    List<String> given = new ArrayList<>(List.of("--config", file.toString()));
    assertEquals(List.of(2, 5, 5, 3.0), choices(plan(given.toArray(new String[0]))));

    given.addAll(
        List.of(
            "--conf", "spark.nightjar.job.samples=3",
            "--conf", "spark.nightjar.plan.activationBits=6"));
    assertEquals(List.of(3, 6, 5, 3.0), choices(plan(given.toArray(new String[0]))));

    given.addAll(List.of("--samples", "4", "--weight-bits", "7", "--clip", "2.5"));
    assertEquals(List.of(4, 6, 7, 2.5), choices(plan(given.toArray(new String[0]))));
  }

  @Test
  void isThePlanThatScoringWithTheSameSettingsFollows() throws Exception {
    Path work = Files.createDirectories(directory.resolve("work"));
    TestJobs jobs = TestJobs.in(work);
    List<String> settings = jobs.settingWords("spark.nightjar.plan.weightBits=6");
    String model = jobs.model().toString();
    List<String> planning = new ArrayList<>(List.of("plan", "--model", model, "--json"));
    planning.addAll(settings);
    List<String> scoring =
        new ArrayList<>(
            List.of(
                "score",
                "--model",
                model,
                "--input",
                jobs.records().toString(),
                "--output",
                work.resolve("out").toString(),
                "--master",
                "local[2]",
                "--json"));
    scoring.addAll(settings);

    CommandRun planned = CommandRun.of(planning.toArray(new String[0]));
    CommandRun scored = CommandRun.of(scoring.toArray(new String[0]));

    assertEquals(0, scored.exitCode(), scored.err());
    assertEquals(
        new ObjectMapper().readTree(scored.out()).get("planDigest").asText(),
        PlanDigest.of(Protocols.readPlan(planned.out())).hex());
  }
}
