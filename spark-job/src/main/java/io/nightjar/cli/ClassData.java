package io.nightjar.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;
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

  /** Java ends the process where a disk is full; such a file has 180 MB at the most. */
  private static final long LEAST_SPACE = 1L << 30;

  /** A class in a hierarchy; what is after the slash says who has loaded it. */
  private static final Pattern NAME = Pattern.compile("(?m)^[| -]*([A-Za-z_][\\w.$]*)/(?:0x|null)");

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
    link();
    diagnose("vmCds", "dynamic_dump", file.toString());
  }

  /**
   * Links all classes that were loaded: those that nobody has used yet would be left out, and there
   * are thousands, which are loaded all the same.
   */
  private static void link() throws JMException {
    NAME.matcher(diagnose("vmClassHierarchy"))
        .results()
        .map(found -> found.group(1))
        .forEach(ClassData::link);
  }

  private static void link(String name) {
    try {
      // What is asked of a class links it, and does not run what it begins with.
      var unused = Class.forName(name, false, ClassData.class.getClassLoader()).getDeclaredFields();
    } catch (ReflectiveOperationException | LinkageError e) {
      // Another loader's, or one that lacks others: it is left out as before.
    }
  }

  private static String diagnose(String command, String... arguments) throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                command,
                new Object[] {arguments},
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
