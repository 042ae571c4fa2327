package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the job jar by itself, in a JVM of its own that sees nothing of the build. */
class JobJarIT {

  private static final Path JAR = Path.of(System.getProperty("nightjar.jar"));

  @TempDir private Path elsewhere;

  @Test
  void theJarAlonePassesTheDoctor() throws Exception {
    Path jar = Files.copy(JAR, elsewhere.resolve("nightjar.jar"));

    Process process = java("-cp", jar.toString(), "io.nightjar.cli.Main", "doctor");

    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    assertTrue(out.contains("native library  from jar:file:" + jar), out);
    assertTrue(out.contains("missing  spark"), out);
    assertTrue(out.contains("a 10x64 layer on encrypted records is exact"), out);
  }

  @Test
  void theJarLeavesNoLibraryBehind() throws Exception {
    Process process =
        java(
            "-Djava.io.tmpdir=" + elsewhere,
            "-cp",
            JAR.toString(),
            "io.nightjar.cli.Main",
            "doctor");

    process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    try (var left = Files.list(elsewhere)) {
      assertEquals(List.of(), left.toList());
    }
  }

  /** Spark loads the jar with a class loader of its own, and DriverManager does not look there. */
  @Test
  void theJarAloneHasTheDatabaseOfTheLedger() throws Exception {
    try (URLClassLoader alone =
        new URLClassLoader(new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      Driver driver = ServiceLoader.load(Driver.class, alone).findFirst().orElseThrow();
      String url = "jdbc:sqlite:" + elsewhere.resolve("ledger.db");
      try (Connection connection = driver.connect(url, new Properties());
          Statement statement = connection.createStatement()) {
        statement.executeUpdate("CREATE TABLE answers (number INTEGER)");
      }
    }
    assertTrue(Files.exists(elsewhere.resolve("ledger.db")));
  }

  @Test
  void theJarHasNoLibrariesForMachinesItDoesNotRunOn() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertEquals(
          List.of(
              "linux-x86-64/libgmp.so",
              "org/sqlite/native/Linux/aarch64/libsqlitejdbc.so",
              "org/sqlite/native/Linux/x86_64/libsqlitejdbc.so"),
          jar.stream()
              .map(JarEntry::getName)
              .filter(name -> name.startsWith("org/sqlite/native/") || name.contains("libgmp"))
              .filter(name -> !name.endsWith("/"))
              .sorted()
              .toList());
    }
  }

  private Process java(String... arguments) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder = new ProcessBuilder(java);
    builder.command().addAll(List.of(arguments));
    builder.environment().remove("CLASSPATH");
    builder.directory(new File(elsewhere.toString()));
    return builder.redirectErrorStream(true).start();
  }
}
