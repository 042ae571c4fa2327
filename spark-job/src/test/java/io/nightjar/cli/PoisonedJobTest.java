package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.CheatingModelOwner;
import io.nightjar.job.faults.ForgedResults.Content;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what a person or a script sees of results that no honest evaluation gives. */
@Slow
class PoisonedJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path keys;

  @BeforeEach
  void prepare() throws Exception {
    jobs = TestJobs.in(directory);
    keys = jobs.keys("keys");
  }

  private CommandRun ask(String output) {
    return CommandRun.asking(jobs, directory.resolve("exchange"), keys, directory.resolve(output));
  }

  private static void assertEnds(int exitCode, String what, CommandRun run) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("nightjar: ") && run.err().contains(what), run.err());
  }

  @Test
  void aPoisonedJobEndsWithThreeAndItsKeyTakesNoOther() throws Exception {
    try (CheatingModelOwner cheat =
        CheatingModelOwner.start(
            directory.resolve("exchange"),
            jobs.plan(),
            (batch, round, draw) ->
                batch == 2 && round == 0 ? Content.BEYOND_THE_BOUND : Content.PLAUSIBLE)) {
      CommandRun poisoned = ask("out");
      assertEnds(3, "was sent results that no honest evaluation gives (batch 2)", poisoned);
      assertEquals(poisoned, ask("out"));
      assertEnds(3, " is marked since ", ask("another-out"));
      assertEnds(
          3,
          " is marked since ",
          CommandRun.with(
              jobs,
              "score",
              "--model",
              jobs.model().toString(),
              "--keys",
              keys.toString(),
              "--input",
              jobs.records().toString(),
              "--output",
              directory.resolve("another-out").toString()));
      assertEquals(1, cheat.orders().size());
      assertFalse(Files.exists(directory.resolve("another-out")));
    }

    Path mark = keys.resolve("poisoned.json");
    CommandRun shown = CommandRun.of("identity", "lift", keys.toString());
    assertEnds(2, "was sent a result for batch 2 at 2", shown);
    assertTrue(Files.exists(mark));
    CommandRun lifted = CommandRun.of("identity", "lift", keys.toString(), "--yes");
    assertEquals(0, lifted.exitCode(), lifted.err());
    assertTrue(lifted.out().contains("The mark is lifted."), lifted.out());
    assertFalse(Files.exists(mark));
    CommandRun again = CommandRun.of("identity", "lift", keys.toString(), "--yes");
    assertEquals("The identity in %s is not marked.%n".formatted(keys), again.out());
    assertEnds(2, "There is no identity in ", CommandRun.of("identity", "lift", "none", "--yes"));

    try (CheatingModelOwner honest =
        CheatingModelOwner.start(
            directory.resolve("exchange"), jobs.plan(), CheatingModelOwner.Questions.NONE)) {
      CommandRun good = ask("another-out");
      assertEquals(0, good.exitCode(), good.err());
      assertEquals(2, honest.orders().size());
    }
  }
}
