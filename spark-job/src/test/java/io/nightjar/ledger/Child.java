package io.nightjar.ledger;

import io.nightjar.testing.JavaProcess;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** A process that admits jobs, and says which. */
final class Child {

  private static final String MIGRATE = "migrate";
  private static final String ADMITTED = "admitted ";

  /** The exit code of a process that could not use the ledger. */
  static final int FAILED = 85;

  private Child() {}

  /**
   * Admits jobs of ten answers each, or migrates.
   *
   * @param args the location, the step before which to end or 0, and then "migrate", or the first
   *     job's number, how many, and the budget or 0
   */
  public static void main(String[] args) throws Exception {
    String location = args[0];
    int halt = Integer.parseInt(args[1]);
    Ledger ledger = halt > 0 ? stepwise(location) : Ledgers.open(location, new Configuration());
    if (halt > 0) {
      Steps.haltBefore(halt);
    }
    if (args[2].equals(MIGRATE)) {
      System.out.println("migrated " + ledger.migrate(LedgerLaws.ALL_ONE));
      return;
    }
    int first = Integer.parseInt(args[2]);
    int jobs = Integer.parseInt(args[3]);
    long budget = Long.parseLong(args[4]);
    for (int i = first; i < first + jobs; i++) {
      try {
        ledger.admit(job(i), budget == 0 ? OptionalLong.empty() : OptionalLong.of(budget));
        System.out.println(ADMITTED + job(i).job());
      } catch (AdmissionRefusedException e) {
        System.out.println("refused " + job(i).job());
      } catch (LedgerException e) {
        System.exit(FAILED);
      }
    }
  }

  /** A job of ten answers. */
  static Entry job(int number) {
    return new Entry(
        new UUID(0, number),
        "ab".repeat(32),
        "owls",
        "cd".repeat(32),
        "ef".repeat(32),
        "bayhenn",
        5,
        2,
        Optional.of(new Binding("12".repeat(32), "34".repeat(32))),
        Instant.ofEpochSecond(number));
  }

  private static Ledger stepwise(String location) throws IOException {
    return location.startsWith("jdbc:")
        ? JdbcLedger.through(location, Steps::of)
        : Ledgers.open(location, Steps.Files.configuration());
  }

  /** Starts a process that admits jobs. */
  static Process admitting(String location, int first, int jobs, long budget, int halt)
      throws IOException {
    return start(
        location, halt, Integer.toString(first), Integer.toString(jobs), Long.toString(budget));
  }

  /** Starts a process that migrates. */
  static Process migrating(String location, int halt) throws IOException {
    return start(location, halt, MIGRATE);
  }

  private static Process start(String location, int halt, String... what) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(location, Integer.toString(halt)));
    arguments.addAll(List.of(what));
    return JavaProcess.start(Child.class, arguments.toArray(new String[0]));
  }

  /** Returns the job that a line says was admitted. */
  static Optional<UUID> admitted(String line) {
    return line.startsWith(ADMITTED)
        ? Optional.of(UUID.fromString(line.substring(ADMITTED.length())))
        : Optional.empty();
  }

  /** Returns the names of jobs with these numbers. */
  static List<UUID> names(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(number -> new UUID(0, number)).toList();
  }
}
