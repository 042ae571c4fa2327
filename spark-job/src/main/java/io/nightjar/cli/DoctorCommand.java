package io.nightjar.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.nightjar.crypto.lattice.SealProvenance;
import io.nightjar.crypto.lattice.SelfTest;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.KeyMemory;
import io.nightjar.crypto.natives.NativeLibrary;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.crypto.paillier.BigPowers;
import io.nightjar.crypto.paillier.PaillierArithmetic;
import io.nightjar.job.HadoopConfigurations;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar doctor}: looks at the environment and tries the cryptography out. */
@Command(
    name = "doctor",
    description = {
      "Checks this machine and tries the cryptography out.",
      "It looks at Java, the processor, the native library, SEAL and Spark, and has every "
          + "kernel compute a small layer on encrypted records."
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** The outcome of one check. */
  enum Status {
    OK,
    /** Everything works, but not as well as it could here. */
    WARNING,
    /** This command works, but something that other commands need is not here. */
    MISSING,
    FAILED;

    /** Returns the status as it is printed, also in JSON. */
    @JsonValue
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record Check(String name, Status status, String detail) {}

  /**
   * All checks.
   *
   * @param seal which SEAL the native library has, by word; empty where that does not load
   */
  record Diagnosis(
      Status status,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> seal,
      List<Check> checks) {}

  @Override
  public Integer call() {
    Diagnosis diagnosis = diagnose();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(diagnosis));
    } else {
      for (Check check : diagnosis.checks()) {
        out.printf("%-8s %-15s %s%n", check.status().text(), check.name(), check.detail());
      }
    }
    out.flush();
    if (!json && diagnosis.status() != Status.FAILED) {
      NextStep.say(spec, NextStep.command(spec, "plan").and("--model", model()).text());
    }
    return diagnosis.status() == Status.FAILED ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** Returns a model that is there to try things out with, where there is the source tree. */
  private static String model() {
    return Optional.ofNullable(System.getProperty(EndToEndBenchCommand.HOME_PROPERTY))
        .map(home -> Path.of(home, "data/models/readmission-mlp"))
        .filter(Files::isDirectory)
        .map(Path::toString)
        .orElse("MODEL");
  }

  private static Diagnosis diagnose() {
    List<Check> checks = new ArrayList<>();
    checks.add(
        check(
            "java",
            () ->
                "%s (%s), heap %s"
                    .formatted(
                        Runtime.version(),
                        System.getProperty("java.vm.name"),
                        Amounts.bytes(Runtime.getRuntime().maxMemory()))));
    checks.add(
        check(
            "machine",
            () ->
                "%s %s, %d processors"
                    .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors())));
    Check library =
        check(
            "native library",
            () -> {
              NativeLibrary.load();
              return "from " + NativeLibrary.origin();
            });
    checks.add(library);
    if (library.status() == Status.OK) {
      checks.add(check("seal", () -> SealProvenance.linked().describe()));
      checks.add(
          check(
              "kernel",
              () ->
                  "%s; available: %s"
                      .formatted(
                          Kernel.preferred().name(),
                          String.join(
                              ", ", Kernel.available().stream().map(Kernel::name).toList()))));
      checks.add(
          check(
              "native memory",
              () -> "blocks may take %s".formatted(Amounts.bytes(NativeMemory.limit()))));
      checks.add(keyMemory());
      checks.add(
          check(
              "large numbers",
              () ->
                  "%s; powers by %s"
                      .formatted(
                          PaillierArithmetic.preferred().name().toLowerCase(Locale.ROOT),
                          BigPowers.preferred().name())));
      for (Kernel kernel : Kernel.available()) {
        checks.add(check("self-test", () -> SelfTest.run(kernel)));
      }
    }
    checks.add(version("spark", "spark-version-info.properties", "version"));
    checks.add(hadoop());
    Map<String, String> seal =
        library.status() == Status.OK ? words(SealProvenance.linked()) : Map.of();
    boolean failed = checks.stream().anyMatch(check -> check.status() == Status.FAILED);
    return new Diagnosis(failed ? Status.FAILED : Status.OK, seal, checks);
  }

  private static Map<String, String> words(SealProvenance seal) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("version", seal.version());
    words.put("kind", seal.kind().name().toLowerCase(Locale.ROOT));
    words.put("origin", seal.origin());
    seal.sha256().ifPresent(digest -> words.put("sha256", digest));
    return words;
  }

  private static Check keyMemory() {
    KeyMemory memory = KeyMemory.probe();
    String dumps = memory.leftOutOfDumps() ? "left out of core dumps" : "in core dumps";
    String swap =
        memory.locked()
            ? "kept out of swap"
            : "may be swapped: the limit on locked memory (ulimit -l) is below the %s of a key"
                .formatted(Amounts.bytes(KeyMemory.BYTES));
    return new Check(
        "key memory",
        memory.leftOutOfDumps() && memory.locked() ? Status.OK : Status.WARNING,
        dumps + ", " + swap);
  }

  /** Runs a check that fails by throwing; whatever it throws, the operator should read it here. */
  private static Check check(String name, Supplier<String> detail) {
    try {
      return new Check(name, Status.OK, detail.get());
    } catch (RuntimeException | LinkageError e) {
      return new Check(name, Status.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** Returns Hadoop's version, if it works with this Java. */
  private static Check hadoop() {
    Check version = version("hadoop", "common-version-info.properties", "version");
    return version.status() == Status.OK
        ? check(
            "hadoop",
            () -> {
              HadoopConfigurations.requireUsable();
              return version.detail();
            })
        : version;
  }

  /**
   * Returns the version that a jar on the class path names. Spark is the cluster's and need not be
   * there.
   */
  private static Check version(String name, String resource, String key) {
    try (InputStream in = DoctorCommand.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        return new Check(name, Status.MISSING, "not on the class path; scoring needs it");
      }
      Properties properties = new Properties();
      properties.load(in);
      return new Check(name, Status.OK, properties.getProperty(key, "unknown version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
