package io.nightjar.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.JavaProcess;
import io.nightjar.testing.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
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
  private static final String LINEAGE = "owls";
  private static final OptionalLong NO_BUDGET = OptionalLong.empty();
  private static final Optional<Binding> BINDING =
      Optional.of(new Binding("12".repeat(32), "34".repeat(32)));

  /** All models are of one lineage. */
  static final Lineages ALL_ONE = new Lineages(Map.of(), Optional.of(LINEAGE));

  /** Returns where this test's ledger is; nothing is there at first. */
  abstract String location() throws IOException;

  /** Puts what the first version has written in the ledger's place, whatever is there. */
  abstract void writeEarlier() throws Exception;

  /** Makes a ledger with entries one of a later version. */
  abstract void writeLater() throws Exception;

  /**
   * Returns how far apart the steps are before which processes end: 1 but where a process takes
   * long to start and does what another ledger's does.
   */
  int stride() {
    return 1;
  }

  private Ledger ledger() throws IOException {
    return Ledgers.open(location(), new Configuration());
  }

  private static Entry job(int number, long records, int draws) {
    return job(number, OWNER, MODEL, records, draws);
  }

  private static Entry job(int number, String owner, String model, long records, int draws) {
    return job(number, owner, LINEAGE, model, records, draws);
  }

  private static Entry job(
      int number, String owner, String lineage, String model, long records, int draws) {
    return new Entry(
        new UUID(7, number),
        owner,
        lineage,
        model,
        PLAN,
        "bayhenn",
        records,
        draws,
        BINDING,
        Instant.ofEpochMilli(1_700_000_000_123L + number));
  }

  /** Returns the same job with another plan, protocol, binding or time. */
  private static Entry like(
      Entry job, String plan, String protocol, Optional<Binding> binding, Instant time) {
    return new Entry(
        job.job(),
        job.owner(),
        job.lineage(),
        job.model(),
        plan,
        protocol,
        job.records(),
        job.draws(),
        binding,
        time);
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
            job(9, OWNER, "Barn_owls-2.1", OTHER, 12, 64));

    assertEquals(List.of(), ledger().entries());
    for (Entry entry : entries) {
      ledger().admit(entry, NO_BUDGET);
    }

    assertEquals(entries, ledger().entries());
    assertEquals(
        List.of(
            new Account(OWNER, LINEAGE, 2, 40_001),
            new Account(OTHER, LINEAGE, 1, Entry.MOST_ANSWERS),
            new Account(OWNER, "Barn_owls-2.1", 1, 768)),
        Account.of(ledger().entries()));
  }

  @Test
  void aJobThatComesAgainIsNotCountedAgain() throws Exception {
    Entry first = job(1, 30, 2);
    Entry later = like(first, PLAN, "bayhenn", BINDING, Instant.ofEpochSecond(99));
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
            job(1, OWNER, "ravens", MODEL, 30, 2),
            like(job, OTHER, "bayhenn", BINDING, job.time()),
            like(job, PLAN, "2p-dnn", BINDING, job.time()));

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

  /** A model owner who lost the secret would answer the same job with draws that nobody counted. */
  @Test
  void theSameJobUnderAnotherSecretOrFromAnotherOrderIsRefused() throws Exception {
    Entry job = job(1, 30, 2);
    ledger().admit(job, NO_BUDGET);
    Binding before = BINDING.orElseThrow();
    Binding otherSecret = new Binding(before.order(), OTHER);
    Binding otherOrder = new Binding(OTHER, before.secret());

    assertRefused(
        " draws would be new ones that nobody has counted: order a new job",
        () ->
            ledger()
                .admit(
                    like(job, PLAN, "bayhenn", Optional.of(otherSecret), job.time()), NO_BUDGET));
    assertRefused(
        " whose batches or waves were others: order a new job",
        () ->
            ledger()
                .admit(like(job, PLAN, "bayhenn", Optional.of(otherOrder), job.time()), NO_BUDGET));

    assertEquals(List.of(job), ledger().entries());
  }

  @Test
  void everyDataOwnerHasABudgetForEveryLineage() throws Exception {
    ledger().admit(job(1, 100, 1), budget(100));
    ledger().admit(job(2, OTHER, MODEL, 100, 1), budget(100));
    ledger().admit(job(3, OWNER, "ravens", MODEL, 100, 1), budget(100));

    assertRefused(" 0 answers are left", () -> ledger().admit(job(4, 1, 1), budget(100)));
    assertEquals(3, ledger().entries().size());
  }

  @Test
  void modelsOfOneLineageHaveOneBudgetTogether() throws Exception {
    ledger().admit(job(1, 60, 1), budget(100));
    ledger().admit(job(2, OWNER, OTHER, 30, 1), budget(100));

    assertRefused(
        ": 10 answers are left", () -> ledger().admit(job(3, OWNER, PLAN, 11, 1), budget(100)));
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
        List.of(
            Child.admitting(location(), 100, 20, 255, 0),
            Child.admitting(location(), 200, 20, 255, 0));
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
    try (BufferedReader lines = JavaProcess.output(process)) {
      return lines.lines().flatMap(line -> Child.admitted(line).stream()).toList();
    }
  }

  @Slow
  @Test
  void aProcessThatIsKilledLosesNothingAndInventsNothing() throws Exception {
    int next = 1;
    for (int said : new int[] {1, 4, 9}) {
      Process process = Child.admitting(location(), next, 100_000, 0, 0);
      BufferedReader lines = JavaProcess.output(process);
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
    for (; ; step += stride()) {
      Process process = Child.admitting(location(), job, 1, 0, step);
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

    int before = (step - 1) / stride() - whole;
    assertTrue(before * stride() >= 4, "steps before the entry was there: " + before);
    assertTrue(whole >= 1, "steps after it was there: " + whole);
  }

  /** Two processes at a time ask for the same jobs, and are killed while they do. */
  @Slow
  @Test
  void processesThatAreKilledAtRandomCountEachJobOnceAndNeverPassTheBudget() throws Exception {
    Random random = new Random(17);
    Set<UUID> admitted = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      List<Process> processes = List.of(asking(), asking());
      List<BufferedReader> outputs = processes.stream().map(JavaProcess::output).toList();
      for (int i = 0; i < 2; i++) {
        for (int said = random.nextInt(1, 9); said > 0; said--) {
          Child.admitted(outputs.get(i).readLine()).ifPresent(admitted::add);
        }
        processes.get(i).toHandle().destroyForcibly();
      }
      for (int i = 0; i < 2; i++) {
        processes.get(i).waitFor();
        outputs
            .get(i)
            .lines()
            .flatMap(line -> Child.admitted(line).stream())
            .forEach(admitted::add);
      }
      assertCountedOnceWithin(255, admitted);
    }

    for (Process process : List.of(asking(), asking())) {
      admitted.addAll(admitted(process));
      assertEquals(0, process.waitFor());
    }

    assertCountedOnceWithin(255, admitted);
    assertEquals(25, admitted.size(), "the budget is used up");
  }

  private Process asking() throws IOException {
    return Child.admitting(location(), 1, 40, 255, 0);
  }

  private void assertCountedOnceWithin(long budget, Set<UUID> admitted) throws IOException {
    List<UUID> found = ledger().entries().stream().map(Entry::job).toList();
    assertEquals(new HashSet<>(found).size(), found.size(), () -> "counted twice: " + found);
    assertTrue(found.size() * 10L <= budget, () -> "more than the budget: " + found);
    assertTrue(found.containsAll(admitted), () -> admitted + " were said to be, found " + found);
  }

  /** What the first version has written, with the lineages that it does not say. */
  private static List<Entry> earlier(String lineage, String otherLineage) {
    return List.of(
        earlier(1, OWNER, lineage, MODEL, "bayhenn", 5000, 8),
        earlier(2, OTHER, lineage, MODEL, "cryptonets", 4096, 1),
        earlier(3, OWNER, otherLineage, PLAN, "2p-dnn", 100, 2));
  }

  private static Entry earlier(
      int number,
      String owner,
      String lineage,
      String model,
      String protocol,
      long records,
      int draws) {
    return new Entry(
        new UUID(9, number),
        owner,
        lineage,
        model,
        OTHER,
        protocol,
        records,
        draws,
        Optional.empty(),
        Instant.ofEpochMilli(1_750_000_000_123L + number));
  }

  private void assertOfTheFirstVersion() {
    for (Callable<?> use :
        List.<Callable<?>>of(
            () -> ledger().entries(), () -> ledger().admit(job(1, 1, 1), NO_BUDGET))) {
      LedgerException refusal = assertThrows(LedgerException.class, use::call);
      assertTrue(
          refusal
              .getMessage()
              .endsWith(
                  " is of version 1, and this program writes version 2: bring it over once with"
                      + " 'nightjar ledger migrate'"),
          refusal.getMessage());
    }
  }

  @Test
  void aLedgerOfTheFirstVersionIsRefusedUntilItIsMigratedAndKeepsItsCount() throws Exception {
    writeEarlier();
    assertOfTheFirstVersion();

    assertEquals(3, ledger().migrate(new Lineages(Map.of(PLAN, "ravens"), Optional.of("owls"))));

    assertEquals(earlier("owls", "ravens"), ledger().entries());
    assertEquals(0, ledger().migrate(ALL_ONE), "it is of today's version");
    assertEquals(earlier("owls", "ravens"), ledger().entries());
    assertRefused(": 1 answers are left", () -> ledger().admit(job(1, 1, 2), budget(40_001)));
    assertEquals(OptionalLong.of(0), ledger().admit(job(2, 1, 1), budget(40_001)).left());
    assertEquals(4, ledger().entries().size());
  }

  @Test
  void aMigrationThatDoesNotSayALineageChangesNothing() throws Exception {
    writeEarlier();

    LedgerException refusal =
        assertThrows(
            LedgerException.class,
            () -> ledger().migrate(new Lineages(Map.of(MODEL, "owls"), Optional.empty())));

    assertTrue(
        refusal.getMessage().endsWith(": --lineage " + PLAN + "=NAME"), refusal.getMessage());
    assertOfTheFirstVersion();
    assertEquals(3, ledger().migrate(ALL_ONE));
  }

  @Test
  void aJobThatTheFirstVersionAdmittedIsNotAdmittedAgain() throws Exception {
    writeEarlier();
    ledger().migrate(ALL_ONE);
    Entry before = earlier(LINEAGE, LINEAGE).get(0);

    assertRefused(
        " what its draws follow from: order a new job",
        () -> ledger().admit(like(before, OTHER, "bayhenn", BINDING, before.time()), NO_BUDGET));
  }

  @Test
  void whereThereIsNoLedgerThereIsNothingToMigrate() throws Exception {
    assertEquals(0, ledger().migrate(ALL_ONE));
    assertEquals(List.of(), ledger().entries());
  }

  @Test
  void aLedgerOfALaterVersionIsRefused() throws Exception {
    Ledger opened = ledger();
    opened.admit(job(1, 1, 1), NO_BUDGET);
    writeLater();

    for (Callable<?> use :
        List.<Callable<?>>of(
            () -> ledger().entries(),
            () -> ledger().admit(job(2, 1, 1), NO_BUDGET),
            () -> opened.admit(job(2, 1, 1), NO_BUDGET),
            () -> ledger().migrate(ALL_ONE))) {
      LedgerException refusal = assertThrows(LedgerException.class, use::call);
      assertTrue(
          refusal
              .getMessage()
              .endsWith(
                  " is of version 3, and this program knows versions up to 2: use the later"
                      + " program that wrote it"),
          refusal.getMessage());
    }
  }

  @Test
  void twoThatMigrateAtOnceBringEachEntryOverOnce() throws Exception {
    writeEarlier();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Long>> migrations = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      migrations.add(threads.submit(() -> ledger().migrate(ALL_ONE)));
    }
    List<Long> migrated = new ArrayList<>();
    for (Future<Long> migration : migrations) {
      migrated.add(migration.get());
    }
    threads.shutdown();

    assertEquals(List.of(0L, 0L, 0L, 3L), migrated.stream().sorted().toList());
    assertEquals(earlier(LINEAGE, LINEAGE), ledger().entries());
  }

  /** A process is ended before every step of a migration, until one gets through all steps. */
  @Slow
  @Test
  void aMigrationThatEndsBeforeAnyStepHasHappenedOrNot() throws Exception {
    int before = 0;
    for (int step = 1; ; step += stride()) {
      writeEarlier();
      Process process = Child.migrating(location(), step);
      assertTrue(process.waitFor(2, TimeUnit.MINUTES));
      if (process.exitValue() == 0) {
        break;
      }
      assertEquals(Steps.HALTED, process.exitValue());
      long left = ledger().migrate(ALL_ONE);
      before += left == 3 ? 1 : 0;

      assertTrue(left == 3 || left == 0, () -> left + " entries were left");
      assertEquals(earlier(LINEAGE, LINEAGE), ledger().entries());
    }
    assertEquals(earlier(LINEAGE, LINEAGE), ledger().entries());
    assertTrue(before * stride() >= 3, "steps before it had happened: " + before);
  }
}
