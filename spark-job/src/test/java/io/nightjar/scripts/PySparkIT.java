package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The wheel in a Python of its own, with the Spark that PySpark brings. That Python stays under
 * {@code target}, so its packages are fetched once; without Python, or if they cannot be fetched,
 * nothing is tested here.
 */
@Slow
class PySparkIT {

  private static final Path TESTS = Script.ROOT.resolve("spark-job/src/test/python");
  private static final Path PYTHON = Script.JAR.resolveSibling("python");

  @TempDir private static Path shared;

  @TempDir private Path directory;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(
        Script.line("python3 -m venv --help", shared).run().exitCode() == 0, "there is no Python");
    Path wanted = TESTS.resolve("requirements.txt");
    assertTrue(
        Files.readAllLines(wanted).contains("pyspark==" + System.getProperty("nightjar.pyspark")),
        "%s names another PySpark than the build's Spark".formatted(wanted));
    Script.Result fetched =
        Script.line(
                """
                cmp -s '%2$s' '%1$s/installed.txt' && exit
                python3 -m venv --clear '%1$s'
                '%1$s/bin/pip' install --quiet --requirement '%2$s' && cp '%2$s' '%1$s/installed.txt'
                """
                    .formatted(PYTHON, wanted),
                shared)
            .run();
    assumeTrue(fetched.exitCode() == 0, () -> "packages cannot be fetched: " + fetched.err());
    pip("install --quiet --no-index --force-reinstall --no-deps " + Script.wheel("nightjar_spark"))
        .exits(0);
    pip("check").exits(0); // such as that the wheel is for this PySpark
  }

  private static Script.Result pip(String arguments) throws Exception {
    return Script.line("'%s/bin/pip' %s".formatted(PYTHON, arguments), shared).run();
  }

  private Script.Result python(String program, String... arguments) throws Exception {
    return Script.line(
            "exec '%s/bin/python' '%s' %s"
                .formatted(PYTHON, TESTS.resolve(program), String.join(" ", arguments)),
            directory)
        .without("NIGHTJAR_JAR") // that of the wheel
        .with("TMPDIR", directory.toString())
        .with("PYTHONDONTWRITEBYTECODE", "1")
        .run();
  }

  @Test
  void theNotebookScoresADataFrameAndLooksAtItsUncertainty() throws Exception {
    Path notebook = Script.ROOT.resolve("docs/scoring-a-dataframe.ipynb");

    Script.Result run = python("run_notebook.py", notebook.toString()).exits(0);

    assertTrue(run.out().contains("'records': 2000"), run.out());
    assertTrue(run.out().contains("16,000 answers in 1 job"), run.out());
    assertFalse(
        Files.readString(notebook).contains("\"output_type\""), "it is kept without outputs");
  }

  @Test
  void whatIsWrongIsOneLineOfPython() throws Exception {
    python("test_agent.py").exits(0);
  }

  @Test
  void vectorsOfItsLearningLibraryAreScoredWithThatLibraryAndWithout() throws Exception {
    Path images = Script.ROOT.resolve("data/digits/test-images-idx3-ubyte.gz");
    Path vectors = directory.resolve("vectors");
    python("write_vectors.py", images.toString(), vectors.toString()).exits(0);
    String home =
        Script.line("echo '%s'/lib/python3*/site-packages/pyspark".formatted(PYTHON), directory)
            .run()
            .out()
            .strip();

    assertScored(vectors, Script.named("nightjar", directory));
    assertScored(vectors, Script.named("nightjar", directory).with("SPARK_HOME", home));
  }

  private void assertScored(Path vectors, Script nightjar) throws Exception {
    Path output = Files.createTempDirectory(directory, "output").resolve("scored");
    nightjar
        .run(
            "score",
            "--model=" + Script.ROOT.resolve("data/models/digits-mlp"),
            "--samples=1",
            "--input-format=parquet",
            "--input=" + vectors,
            "--output=" + output)
        .exits(0);
    String report = Files.readString(output.resolve("_report/report.json"));
    assertTrue(report.contains("\"records\" : 300"), report);
  }
}
