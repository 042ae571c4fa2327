package io.nightjar.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Java programs of the tests in processes of their own. */
public final class JavaProcess {

  private JavaProcess() {}

  /**
   * Starts a program with the class path of this process; what it says on standard error is ours.
   */
  public static Process start(Class<?> program, String... arguments) throws IOException {
    return start(List.of("-Xmx256m"), program, arguments);
  }

  /** Starts a program that has Spark in it. */
  public static Process startSpark(Class<?> program, String... arguments) throws IOException {
    return start(List.of("-Xmx512m", "@" + Path.of("..", "conf", "java.args")), program, arguments);
  }

  private static Process start(List<String> options, Class<?> program, String... arguments)
      throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    line.addAll(options);
    line.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.level=ERROR",
            "-cp",
            classPath(),
            program.getName()));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Returns the class path of this process, whichever way it was started. */
  private static String classPath() {
    return JavaProcess.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** Returns what a process says. */
  public static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }
}
