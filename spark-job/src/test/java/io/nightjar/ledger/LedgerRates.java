package io.nightjar.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;

/** Measures how many jobs a second ledgers admit; a program, run by hand. */
final class LedgerRates {

  private static final int JOBS = 400;

  private LedgerRates() {}

  /**
   * Prints a line for each kind of ledger.
   *
   * @param args a directory to make, for the ledgers; whom a root runs PostgreSQL as must get there
   */
  public static void main(String[] args) throws Exception {
    Path root = Files.createDirectory(Path.of(args[0]));
    try (PostgresServer server =
        PostgresServer.start(Files.createDirectory(root.resolve("postgres")))) {
      measure("SQLite", Ledgers.embedded(root.resolve("ledger.db")));
      measure("PostgreSQL", server.url("public"));
      measure("directory", "file:" + root.resolve("ledger"));
    }
  }

  private static void measure(String name, String location) throws Exception {
    AtomicInteger next = new AtomicInteger();
    admit(location, next, 1); // tables are made, classes are loaded
    System.out.printf("%s:%n", name);
    for (int threads : new int[] {1, 4}) {
      int before = next.get();
      double seconds = admit(location, next, threads);
      System.out.printf(
          "  %d admissions by %d threads, in a ledger of %d entries: %.0f a second%n",
          JOBS, threads, before, JOBS / seconds);
    }
  }

  private static double admit(String location, AtomicInteger next, int threads) throws Exception {
    Ledger ledger = Ledgers.open(location, new Configuration());
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<Admission>> admitted = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < JOBS; i++) {
      int number = next.incrementAndGet();
      admitted.add(executor.submit(() -> ledger.admit(job(number), OptionalLong.of(1_000_000))));
    }
    for (Future<Admission> one : admitted) {
      long unused = one.get().answered();
    }
    executor.shutdown();
    return (System.nanoTime() - start) / 1e9;
  }

  private static Entry job(int number) {
    String digest = "ab".repeat(32);
    return new Entry(
        new UUID(5, number),
        digest,
        "owls",
        digest,
        digest,
        "bayhenn",
        5,
        2,
        Optional.of(new Binding(digest, digest)),
        Instant.ofEpochSecond(number));
  }
}
