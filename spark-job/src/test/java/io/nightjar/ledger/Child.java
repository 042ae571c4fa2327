package io.nightjar.ledger;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** A process that admits jobs, and says which. */
final class Child {

  private Child() {}

  /**
   * Admits jobs of ten answers each.
   *
   * @param args the location, the first job's number, how many, the budget or 0, and the step
   *     before which to end or 0
   */
  public static void main(String[] args) throws Exception {
    String location = args[0];
    int first = Integer.parseInt(args[1]);
    int jobs = Integer.parseInt(args[2]);
    long budget = Long.parseLong(args[3]);
    int halt = Integer.parseInt(args[4]);
    Ledger ledger = halt > 0 ? stepwise(location) : Ledgers.open(location, new Configuration());
    if (halt > 0) {
      Steps.haltBefore(halt);
    }
    for (int i = first; i < first + jobs; i++) {
      try {
        ledger.admit(job(i), budget == 0 ? OptionalLong.empty() : OptionalLong.of(budget));
        System.out.println("admitted " + job(i).job());
      } catch (AdmissionRefusedException e) {
        System.out.println("refused " + job(i).job());
      }
    }
  }

  /** A job of ten answers. */
  static Entry job(int number) {
    return new Entry(
        new UUID(0, number),
        "ab".repeat(32),
        "cd".repeat(32),
        "ef".repeat(32),
        "bayhenn",
        5,
        2,
        java.time.Instant.ofEpochSecond(number));
  }

  private static Ledger stepwise(String location) throws IOException {
    return location.startsWith("jdbc:")
        ? JdbcLedger.through(location, Steps::of)
        : Ledgers.open(location, Steps.Files.configuration());
  }

  static Process start(String location, int first, int jobs, long budget, int halt)
      throws IOException {
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dlog4j2.level=ERROR",
            "-cp",
            classPath(),
            Child.class.getName(),
            location,
            Integer.toString(first),
            Integer.toString(jobs),
            Long.toString(budget),
            Integer.toString(halt));
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Returns the class path of this process, whichever way it was started. */
  private static String classPath() {
    return Child.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(java.net.URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Returns the names of jobs with these numbers. */
  static List<UUID> names(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(number -> new UUID(0, number)).toList();
  }
}
