package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wheel in a Python with the Spark that PySpark brings. */
@Slow
class PySparkIT {

  private static final Path TESTS = Script.ROOT.resolve("spark-job/src/test/python");

  @TempDir private static Path shared;

  private static Virtualenv python;

  @TempDir private Path directory;

  @BeforeAll
  static void install() throws Exception {
    Path wanted = TESTS.resolve("requirements.txt");
    assertTrue(
        Files.readAllLines(wanted).contains("pyspark==" + System.getProperty("nightjar.pyspark")),
        "%s names another PySpark than the build's Spark".formatted(wanted));
    python = Virtualenv.named("python", wanted, shared);
    python.pip(
        "install --quiet --no-index --force-reinstall --no-deps " + Script.wheel("nightjar_spark"));
    python.pip("check"); // such as that the wheel is for this PySpark
  }

  private Script.Result run(String program, String... arguments) throws Exception {
    return python
        .program("python", "'%s' %s".formatted(TESTS.resolve(program), String.join(" ", arguments)))
        .without("NIGHTJAR_JAR") // that of the wheel
        .with("TMPDIR", directory.toString())
        .run();
  }

  @Test
  void theNotebookScoresADataFrameAndLooksAtItsUncertainty() throws Exception {
    Path notebook = Script.ROOT.resolve("docs/scoring-a-dataframe.ipynb");

    Script.Result run = run("run_notebook.py", notebook.toString()).exits(0);

    assertTrue(run.out().contains("'records': 2000"), run.out());
    assertTrue(run.out().contains("16,000 answers in 1 job"), run.out());
    assertFalse(
        Files.readString(notebook).contains("\"output_type\""), "it is kept without outputs");
  }

  @Test
  void whatIsWrongIsOneLineOfPython() throws Exception {
    run("test_agent.py").exits(0);
  }

  @Test
  void vectorsOfItsLearningLibraryAreScoredWithThatLibraryAndWithout() throws Exception {
    Path images = Script.ROOT.resolve("data/digits/test-images-idx3-ubyte.gz");
    Path vectors = directory.resolve("vectors");
    run("write_vectors.py", images.toString(), vectors.toString()).exits(0);
    String home =
        Script.line(
                "echo '%s'/lib/python3*/site-packages/pyspark".formatted(python.place()), directory)
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
