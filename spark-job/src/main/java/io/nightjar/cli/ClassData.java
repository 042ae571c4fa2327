package io.nightjar.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Leaves what Java has made of the classes of a command for the next run of that command, which
 * then starts in half the time (application class-data sharing).
 *
 * <p>The launcher asks for it where there is no such file yet. The file has classes as they are in
 * jars, nothing of the heap, and Java takes it only with the same jars and for its own version.
 */
final class ClassData {

  /** The system property with the file that is to be made. */
  static final String PROPERTY = "nightjar.classData";

  /** Java ends the process where a disk is full; such a file has 140 MB at the most. */
  private static final long LEAST_SPACE = 1L << 30;

  private ClassData() {}

  /** Makes the file if it is asked for; a command that cannot is as good without. */
  static void leave() {
    String wanted = System.getProperty(PROPERTY);
    if (wanted == null || Files.exists(Path.of(wanted))) {
      return;
    }
    Path file = Path.of(wanted);
    Path made = file.resolveSibling("%s.%d".formatted(file.getFileName(), processId()));
    try {
      if (Files.getFileStore(file.getParent()).getUsableSpace() < LEAST_SPACE) {
        return;
      }
      dump(made);
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (JMException | IOException | RuntimeException e) {
      remove(made);
    }
  }

  private static long processId() {
    return ProcessHandle.current().pid();
  }

  private static void dump(Path file) throws JMException {
    System.setOut(new PrintStream(OutputStream.nullOutputStream())); // Java says that it does it
    Object[] arguments = {new String[] {"dynamic_dump", file.toString()}};
    ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "vmCds",
            arguments,
            new String[] {String[].class.getName()});
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
