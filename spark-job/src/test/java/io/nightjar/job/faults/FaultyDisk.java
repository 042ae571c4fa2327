package io.nightjar.job.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A disk with faults that are told beforehand, as a test sees it; jobs see a {@link
 * FaultyFileSystem}.
 *
 * @param memory a directory where it is remembered what has struck, so that a fault that comes once
 *     comes once in all processes of a job
 */
record FaultyDisk(Path memory, List<Fault> faults) {

  FaultyDisk {
    faults = List.copyOf(faults);
  }

  /** Returns a disk that remembers in a new directory below another; without faults it is good. */
  static FaultyDisk in(Path directory, Fault... faults) throws IOException {
    return new FaultyDisk(Files.createTempDirectory(directory, "memory"), List.of(faults));
  }

  /** Returns a local path on this disk. */
  static String uri(Path path) {
    return FaultyFileSystem.SCHEME + "://" + path.toUri().getPath();
  }

  /** Returns the settings under which a job's files are on this disk, and others. */
  String[] settings(String... others) throws IOException {
    String hadoop = "spark.hadoop.";
    String implementation = hadoop + "fs." + FaultyFileSystem.SCHEME + ".impl";
    List<String> all = new ArrayList<>();
    all.add(implementation + "=" + FaultyFileSystem.class.getName());
    all.add(implementation + ".disable.cache=true");
    all.add(hadoop + FaultyFileSystem.COUNT + "=" + faults.size());
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      String prefix = hadoop + FaultyFileSystem.key(i);
      all.add(prefix + "operation=" + fault.operation());
      all.add(prefix + "path=" + fault.path());
      all.add(prefix + "effect=" + fault.effect());
      all.add(prefix + "after=" + fault.after());
      all.add(prefix + "times=" + fault.times());
      all.add(prefix + "memory=" + Files.createDirectories(memoryOf(i)));
    }
    all.addAll(List.of(others));
    return all.toArray(new String[0]);
  }

  private Path memoryOf(int fault) {
    return memory.resolve("fault-" + fault);
  }

  /** Returns how often each fault has struck. */
  List<Integer> strikes() throws IOException {
    List<Integer> strikes = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      try (Stream<Path> files = Files.list(memoryOf(i))) {
        strikes.add(
            (int)
                files
                    .filter(file -> FaultyFileSystem.isStrike(file.getFileName().toString()))
                    .count());
      }
    }
    return strikes;
  }

  /** Lets go whatever hangs. */
  void letGo() throws IOException {
    for (int i = 0; i < faults.size(); i++) {
      FaultyFileSystem.letGo(memoryOf(i));
    }
  }
}
