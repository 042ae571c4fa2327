package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.identity.PoisonMark;
import io.nightjar.job.JobFiles;
import io.nightjar.job.Parties;
import io.nightjar.job.ResultsWithheldException;
import io.nightjar.job.StoredSection;
import io.nightjar.job.TestIdentities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A party of two apart that signs what it likes: every digest of a manifest is right, and so is its
 * signature, what it is of is not.
 */
final class Forger {

  /** The wave whose first uploads are forged: the one that a model owner looks at first. */
  static final int UPLOADED = 0;

  /** The wave whose last results are forged: the one before has its predictions by then. */
  static final int RETURNED = 1;

  private final StoredJobs stored;

  Forger(StoredJobs stored) {
    this.stored = stored;
  }

  /** Returns the checksum that blocks and keys have of some of their bytes. */
  static int crc(byte[] bytes, int from, int to) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, to - from);
    return (int) checksum.getValue();
  }

  /** Makes another block of one. */
  interface Forgery {
    byte[] apply(StoredSection block) throws Exception;
  }

  /** Asserts that executors do not evaluate a forged upload of the first round. */
  void assertNotEvaluated(Path directory, Forgery forgery, String... reasons) throws Exception {
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    StoredSection block = StoredSection.ofDraw(job, UPLOADED, 0, Direction.UP, 0);
    block.replace(forgery.apply(block), StoredJobs.dataOwner());

    assertRefused(job, directory.resolve("state"), reasons);
    String refusal = Files.readString(job.resolve("refused.json"));
    String title = stored.jobs().plan().rounds().get(0).title();
    String where = "Wave 0, round 0 (%s) failed on the executors: ".formatted(title);
    assertTrue(refusal.contains(where), refusal);
  }

  /** Asserts that a model owner refuses the job of a copy, of which nothing is evaluated. */
  void assertRefused(JobFiles job, Path state, String... reasons) throws Exception {
    assertEquals(1, stored.serve(job, state), "jobs refused");

    String refusal = Files.readString(job.resolve("refused.json"));
    for (String reason : reasons) {
      assertTrue(refusal.contains(reason), refusal);
    }
    for (int wave = 0; wave < StoredJobs.WAVES; wave++) {
      assertFalse(Files.exists(job.manifest(wave, 0, Direction.DOWN)), "wave " + wave);
    }
  }

  /** Asserts that the order itself is refused, before anything of it is counted. */
  void assertOrderRefused(JobFiles job, Path state, String reason) throws Exception {
    Files.createDirectories(state); // which a model owner who keeps nothing leaves empty
    assertRefused(job, state, reason);

    assertEquals(List.of(), stored.jobs().entries(StoredJobs.stateSetting(state)), "the ledger");
    assertTrue(
        FileTree.visible(state).stream().noneMatch(name -> name.matches(".*(secret|inputs)")),
        "nothing was drawn, and no input seen");
  }

  /**
   * Asserts that a data owner does not take a forged result of the last round, and that its job
   * goes on with the right one.
   */
  void assertNotTaken(Forgery forgery, String reason) throws Exception {
    JobFiles job = stored.restoreAnswered();
    StoredSection block =
        StoredSection.ofDraw(job, RETURNED, stored.jobs().lastRound(), Direction.DOWN, 0);
    block.replace(forgery.apply(block), TestIdentities.modelOwner());

    assertNotTaken(reason);
  }

  /**
   * Asserts that a forged result of the last round, which only decryption shows to be one, leaves a
   * job without results, which the right one does not mend.
   */
  void assertPoisons(Forgery forgery) throws Exception {
    JobFiles job = stored.restoreAnswered();
    StoredSection block =
        StoredSection.ofDraw(job, RETURNED, stored.jobs().lastRound(), Direction.DOWN, 0);
    block.replace(forgery.apply(block), TestIdentities.modelOwner());

    assertPoisons();
  }

  /** Asserts the same of results that have been forged. */
  void assertPoisons() throws Exception {
    try {
      ResultsWithheldException end =
          assertThrows(ResultsWithheldException.class, () -> Parties.ask(stored.asking()));

      String message = end.getMessage();
      assertTrue(message.contains("(batch %d)".formatted(RETURNED)), message);
      assertFalse(message.codePoints().anyMatch(Character::isISOControl), message);
      assertTrue(Files.exists(JobFiles.onlyOf(stored.exchange()).resolve("done.json")));
      assertEquals(
          List.of("asked.json", "job.json", "poisoned-0000001.json", "receipt.json", "withheld"),
          FileTree.visible(stored.output().resolve("_nightjar")));
      assertFalse(Files.exists(stored.output().resolve("_SUCCESS")));

      FileTree.replace(
          JobFiles.onlyOf(stored.exchange()).wave(RETURNED), stored.answered().wave(RETURNED));
      assertThrows(ResultsWithheldException.class, () -> Parties.ask(stored.asking()));
    } finally {
      PoisonMark.lift(stored.keys()); // which all tests have
    }
  }

  /** Asserts that results that have been forged are not taken, and their right ones are. */
  void assertNotTaken(String reason) throws Exception {
    ExchangeException refusal =
        assertThrows(ExchangeException.class, () -> Parties.ask(stored.asking()));

    String message = refusal.getMessage();
    assertTrue(message.contains(reason), message);
    assertFalse(message.codePoints().anyMatch(Character::isISOControl), message);
    Path output = stored.output();
    assertTrue(Files.exists(output.resolve("_nightjar/parts/part-00000.parquet")));
    assertFalse(Files.exists(output.resolve("_nightjar/parts/part-00001.parquet")));
    assertFalse(Files.exists(output.resolve("_SUCCESS")));

    FileTree.replace(
        JobFiles.onlyOf(stored.exchange()).wave(RETURNED), stored.answered().wave(RETURNED));
    Parties.ask(stored.asking());
    stored.jobs().assertScored(output);
  }
}
