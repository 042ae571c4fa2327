package io.nightjar.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The laws that every ledger keeps to, wherever it is. */
abstract class LedgerLaws {

  private static final String OWNER = "ab".repeat(32);
  private static final String MODEL = "cd".repeat(32);
  private static final String PLAN = "ef".repeat(32);
  private static final String OTHER = "01".repeat(32);
  private static final OptionalLong NO_BUDGET = OptionalLong.empty();

  /** Returns where this test's ledger is; nothing is there at first. */
  abstract String location() throws IOException;

  private Ledger ledger() throws IOException {
    return Ledgers.open(location(), new Configuration());
  }

  private static Entry job(int number, long records, int draws) {
    return job(number, OWNER, MODEL, records, draws);
  }

  private static Entry job(int number, String owner, String model, long records, int draws) {
    return new Entry(
        new UUID(7, number),
        owner,
        model,
        PLAN,
        "bayhenn",
        records,
        draws,
        Instant.ofEpochMilli(1_700_000_000_123L + number));
  }

  private static OptionalLong budget(long answers) {
    return OptionalLong.of(answers);
  }

  private static void assertRefused(String end, Callable<?> what) {
    AdmissionRefusedException refusal = assertThrows(AdmissionRefusedException.class, what::call);
    assertTrue(refusal.getMessage().endsWith(end), refusal.getMessage());
  }

  @Test
  void whatWasAdmittedIsReadBackInItsOrder() throws Exception {
    List<Entry> entries =
        List.of(
            job(3, 5000, 8),
            job(1, 1, 1),
            job(2, OTHER, MODEL, Entry.MOST_ANSWERS, 1),
            job(9, OWNER, OTHER, 12, 64));

    assertEquals(List.of(), ledger().entries());
    for (Entry entry : entries) {
      ledger().admit(entry, NO_BUDGET);
    }

    assertEquals(entries, ledger().entries());
    assertEquals(
        List.of(
            new Account(OWNER, MODEL, 2, 40_001),
            new Account(OTHER, MODEL, 1, Entry.MOST_ANSWERS),
            new Account(OWNER, OTHER, 1, 768)),
        Account.of(ledger().entries()));
  }

  @Test
  void aJobThatComesAgainIsNotCountedAgain() throws Exception {
    Entry first = job(1, 30, 2);
    Entry later =
        new Entry(first.job(), OWNER, MODEL, PLAN, "bayhenn", 30, 2, Instant.ofEpochSecond(99));
    ledger().admit(first, budget(100));

    Admission again = ledger().admit(later, budget(100));

    assertEquals(new Admission(60, budget(100)), again);
    assertEquals(OptionalLong.of(40), again.left());
    assertEquals(List.of(first), ledger().entries());
  }

  /** A job that was admitted goes on even if the model owner has lowered the budget since. */
  @Test
  void aJobThatComesAgainIsAdmittedWhateverIsLeft() throws Exception {
    ledger().admit(job(1, 30, 2), budget(60));

    Admission again = ledger().admit(job(1, 30, 2), budget(10));

    assertEquals(OptionalLong.of(0), again.left());
    assertRefused(" 0 answers are left", () -> ledger().admit(job(2, 1, 1), budget(10)));
  }

  @Test
  void anotherJobOfTheSameNameIsRefused() throws Exception {
    Entry job = job(1, 30, 2);
    ledger().admit(job, NO_BUDGET);
    List<Entry> others =
        List.of(
            job(1, 31, 2),
            job(1, 30, 3),
            job(1, 60, 1),
            job(1, OTHER, MODEL, 30, 2),
            job(1, OWNER, OTHER, 30, 2),
            new Entry(job.job(), OWNER, MODEL, OTHER, "bayhenn", 30, 2, job.time()),
            new Entry(job.job(), OWNER, MODEL, PLAN, "2p-dnn", 30, 2, job.time()));

    for (Entry other : others) {
      assertRefused(": order a new job", () -> ledger().admit(other, NO_BUDGET));
    }

    assertEquals(List.of(job), ledger().entries());
  }

  @Test
  void theBudgetCanBeUsedUpToTheLastAnswerAndNoFurther() throws Exception {
    assertRefused("100 answers are left", () -> ledger().admit(job(1, 101, 1), budget(100)));
    assertEquals(OptionalLong.of(40), ledger().admit(job(2, 30, 2), budget(100)).left());
    assertRefused("40 answers are left", () -> ledger().admit(job(3, 41, 1), budget(100)));
    assertEquals(new Admission(100, budget(100)), ledger().admit(job(4, 20, 2), budget(100)));
    assertRefused(" 0 answers are left", () -> ledger().admit(job(5, 1, 1), budget(100)));

    assertEquals(List.of(job(2, 30, 2), job(4, 20, 2)), ledger().entries());
  }

  @Test
  void everyDataOwnerHasABudgetForEveryModel() throws Exception {
    ledger().admit(job(1, 100, 1), budget(100));
    ledger().admit(job(2, OTHER, MODEL, 100, 1), budget(100));
    ledger().admit(job(3, OWNER, OTHER, 100, 1), budget(100));

    assertRefused(" 0 answers are left", () -> ledger().admit(job(4, 1, 1), budget(100)));
    assertEquals(3, ledger().entries().size());
  }

  @Test
  void withoutABudgetThereIsNoLimitButEverythingIsWrittenDown() throws Exception {
    Admission first = ledger().admit(job(1, Entry.MOST_ANSWERS, 1), NO_BUDGET);
    Admission second = ledger().admit(job(2, Entry.MOST_ANSWERS, 1), NO_BUDGET);

    assertEquals(NO_BUDGET, first.left());
    assertEquals(new Admission(2 * Entry.MOST_ANSWERS, NO_BUDGET), second);
  }

  @Test
  void threadsTogetherUseTheBudgetUpAndDoNotExceedIt() throws Exception {
    Ledger shared = ledger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Boolean>> admitted = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Entry job = job(i, 5, 2);
      Ledger ledger = i % 2 == 0 ? shared : ledger();
      admitted.add(
          threads.submit(
              () -> {
                try {
                  ledger.admit(job, budget(155));
                  return true;
                } catch (AdmissionRefusedException e) {
                  return false;
                }
              }));
    }
    int count = 0;
    for (Future<Boolean> job : admitted) {
      count += job.get() ? 1 : 0;
    }
    threads.shutdown();

    assertEquals(15, count);
    assertEquals(15, ledger().entries().size());
  }

  /** The same job is admitted by several at once, as when a data owner starts everything twice. */
  @Test
  void threadsWithTheSameJobCountItOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Admission>> admissions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      admissions.add(threads.submit(() -> ledger().admit(job(1, 50, 2), budget(100))));
    }
    for (Future<Admission> admission : admissions) {
      assertEquals(new Admission(100, budget(100)), admission.get());
    }
    threads.shutdown();

    assertEquals(1, ledger().entries().size());
  }

  @Slow
  @Test
  void processesTogetherUseTheBudgetUpAndDoNotExceedIt() throws Exception {
    List<Process> processes =
        List.of(Child.start(location(), 100, 20, 255, 0), Child.start(location(), 200, 20, 255, 0));
    List<UUID> admitted = new ArrayList<>();
    for (Process process : processes) {
      admitted.addAll(admitted(process));
      assertEquals(0, process.waitFor());
    }

    assertEquals(25, admitted.size());
    assertEquals(
        new HashSet<>(admitted),
        new HashSet<>(ledger().entries().stream().map(Entry::job).toList()));
    assertEquals(25, ledger().entries().size());
  }

  private static List<UUID> admitted(Process process) throws IOException {
    try (BufferedReader lines = Child.output(process)) {
      return lines
          .lines()
          .filter(line -> line.startsWith("admitted "))
          .map(line -> UUID.fromString(line.substring("admitted ".length())))
          .toList();
    }
  }

  @Slow
  @Test
  void aProcessThatIsKilledLosesNothingAndInventsNothing() throws Exception {
    int next = 1;
    for (int said : new int[] {1, 4, 9}) {
      Process process = Child.start(location(), next, 100_000, 0, 0);
      BufferedReader lines = Child.output(process);
      for (int i = 0; i < said; i++) {
        assertEquals("admitted " + Child.job(next + i).job(), lines.readLine());
      }
      process.toHandle().destroyForcibly(); // destroying the process itself would close its stream
      process.waitFor();
      int last = next + said - 1 + (int) lines.lines().count();
      List<UUID> found = ledger().entries().stream().map(Entry::job).toList();

      // It may have been killed between the entry and saying so.
      assertTrue(
          found.equals(Child.names(1, last)) || found.equals(Child.names(1, last + 1)),
          () -> "%d jobs were said to be admitted, found %s".formatted(last, found));
      next = last + 1;
    }
  }

  /**
   * A process is ended before every step that changes anything, until one gets through all steps.
   */
  @Slow
  @Test
  void aProcessThatEndsBeforeAnyStepLeavesAWholeEntryOrNone() throws Exception {
    ledger().admit(Child.job(1), NO_BUDGET);
    int job = 2;
    int whole = 0;
    int step = 1;
    for (; ; step++) {
      Process process = Child.start(location(), job, 1, 0, step);
      boolean said = !admitted(process).isEmpty();
      assertTrue(process.waitFor(2, TimeUnit.MINUTES));
      List<UUID> found = ledger().entries().stream().map(Entry::job).toList();
      if (process.exitValue() == 0) {
        assertEquals(Child.names(1, job), found);
        break;
      }
      assertEquals(Steps.HALTED, process.exitValue());
      boolean there = found.size() == job;
      assertEquals(Child.names(1, there ? job : job - 1), found);
      assertTrue(there || !said, "what it has said is there");
      whole += there ? 1 : 0;

      Admission again = ledger().admit(Child.job(job), NO_BUDGET);

      assertEquals(new Admission(10L * job, NO_BUDGET), again);
      assertEquals(Child.names(1, job), ledger().entries().stream().map(Entry::job).toList());
      job++;
    }

    int before = step - 1 - whole;
    assertTrue(before >= 4, "steps before the entry was there: " + before);
    assertTrue(whole >= 1, "steps after it was there: " + whole);
  }
}
