package io.nightjar.job.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lets Spark start executors in processes of their own on this machine, with the classes of the
 * tests: what it wants for that is an installation of itself.
 */
public final class LocalCluster implements AutoCloseable {

  private LocalCluster() {}

  public static LocalCluster prepare(Path home) throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isRegularFile(path)) {
        try {
          Files.createSymbolicLink(jars.resolve(path.getFileName()), path.toAbsolutePath());
        } catch (FileAlreadyExistsException e) {
          // two artefacts may have one name; the class path below has both
        }
      }
    }
    System.setProperty("spark.testing", "true");
    System.setProperty("spark.test.home", home.toString());
    return new LocalCluster();
  }

  /** Two workers with one core each. */
  public String master() {
    return "local-cluster[2,1,1024]";
  }

  public static List<String> settings() {
    return List.of(
        "spark.executor.extraClassPath=" + System.getProperty("java.class.path"),
        // it would look for this in a build of its own
        "spark.executorEnv.SPARK_SCALA_VERSION=2.13",
        "spark.executor.memory=512m",
        // most of what an executor does here is to start
        "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.executor.memoryOverhead=256m");
  }

  @Override
  public void close() {
    System.clearProperty("spark.testing");
    System.clearProperty("spark.test.home");
  }
}
