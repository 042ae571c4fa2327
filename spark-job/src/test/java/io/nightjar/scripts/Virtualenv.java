package io.nightjar.scripts;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A Python of its own. It stays under {@code target}, so its packages are fetched once; without
 * Python, or if they cannot be fetched, the tests that need it are skipped.
 */
final class Virtualenv {

  private final Path place;
  private final Path log;

  private Virtualenv(Path place, Path log) {
    this.place = place;
    this.log = log;
  }

  /**
   * Returns one that has packages.
   *
   * @param name the directory under {@code target}
   * @param requirements the file that names them
   * @param log a directory for what programs print
   */
  static Virtualenv named(String name, Path requirements, Path log)
      throws IOException, InterruptedException {
    assumeTrue(
        Script.line("python3 -m venv --help", log).run().exitCode() == 0, "there is no Python");
    Path place = Script.JAR.resolveSibling(name);
    Script.Result fetched =
        Script.line(
                """
                cmp -s '%2$s' '%1$s/installed.txt' && exit
                python3 -m venv --clear '%1$s'
                '%1$s/bin/pip' install --quiet --requirement '%2$s' && cp '%2$s' '%1$s/installed.txt'
                """
                    .formatted(place, requirements),
                log)
            .run();
    assumeTrue(fetched.exitCode() == 0, () -> "packages cannot be fetched: " + fetched.err());
    return new Virtualenv(place, log);
  }

  /** Returns where it is. */
  Path place() {
    return place;
  }

  /** Runs pip, which has to succeed. */
  void pip(String arguments) throws IOException, InterruptedException {
    program("pip", arguments).run().exits(0);
  }

  /** Returns a program of it with arguments as bash reads them. */
  Script program(String name, String arguments) {
    return Script.line("exec '%s/bin/%s' %s".formatted(place, name, arguments), log)
        .with("PYTHONDONTWRITEBYTECODE", "1");
  }
}
