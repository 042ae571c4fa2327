package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A script of {@code submit-scripts}, to be run with the job jar of the build. */
final class Script {

  /** The repository, as the scripts see it. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Path JAR = Path.of(System.getProperty("nightjar.jar"));

  private final Path log;
  private final List<String> program;
  private final Map<String, String> environment = new HashMap<>();

  private Script(Path log, List<String> program) {
    this.log = log;
    this.program = program;
    environment.put("NIGHTJAR_JAR", JAR.toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("NIGHTJAR_CLASS_DATA", JAR.resolveSibling("class-data").toString());
  }

  /**
   * Returns a script.
   *
   * @param log a directory for what it prints
   */
  static Script named(String name, Path log) {
    return new Script(log, List.of(ROOT.resolve("submit-scripts").resolve(name).toString()));
  }

  /** Returns the wheel of a Python package that the build has made. */
  static Path wheel(String name) throws IOException {
    try (Stream<Path> files = Files.list(JAR.getParent())) {
      List<Path> wheels =
          files.filter(file -> file.getFileName().toString().matches(name + "-.*[.]whl")).toList();
      assertTrue(wheels.size() == 1, wheels::toString);
      return wheels.get(0);
    }
  }

  /** Returns a line for bash. */
  static Script line(String line, Path log) {
    return new Script(log, List.of("bash", "-c", line));
  }

  /** Writes a script that anyone may run. */
  static Path write(Path file, String text) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\nset -eu\n" + text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Sets an environment variable, of which it gets few. */
  Script with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Takes a variable away. */
  Script without(String variable) {
    environment.remove(variable);
    return this;
  }

  /** How a script ended and what it printed. */
  record Result(int exitCode, String out, String err) {

    /** Asserts how it ended; says all when that is not so. */
    Result exits(int expected) {
      assertTrue(exitCode == expected, () -> "exit code " + exitCode + "\n" + out + err);
      return this;
    }
  }

  /** A script that runs, the leader of a process group of its own. */
  record Running(Process process, Path out, Path err) {

    Result await() throws IOException, InterruptedException {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "still running");
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Kills it and all that it has started, as when a machine dies. */
    void killAll() throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid()).start().waitFor();
      process.waitFor();
    }
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).await();
  }

  Running start(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("setsid"));
    line.addAll(program);
    line.addAll(List.of(arguments));
    Path out = Files.createTempFile(log, "script", ".out");
    Path err = Files.createTempFile(log, "script", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .keySet()
        .retainAll(List.of("PATH", "HOME", "JAVA_HOME", "LANG", "LC_ALL", "TZ"));
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err);
  }
}
