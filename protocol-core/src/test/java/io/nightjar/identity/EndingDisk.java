package io.nightjar.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A disk whose process ends before a step, counted from 1: from then on nothing reaches it. Writing
 * a file is two steps, and a process that ends between them leaves half of it.
 */
final class EndingDisk implements IdentityDisk {

  /** Stands for the end of the process; nobody catches it. */
  static final class Ended extends Error {
    private static final long serialVersionUID = 1;
  }

  private final int end;
  private final Runnable ending;
  private int taken;

  /** Creates a disk whose process goes on, with an error that nobody catches. */
  EndingDisk(int end) {
    this(
        end,
        () -> {
          throw new Ended();
        });
  }

  /** Creates a disk with what ends the process. */
  EndingDisk(int end, Runnable ending) {
    this.end = end;
    this.ending = ending;
  }

  private boolean isEnd() {
    return taken + 1 >= end;
  }

  private void step() {
    if (isEnd()) {
      ending.run();
    }
    taken++;
  }

  @Override
  public void write(Path file, byte[] bytes) throws IOException {
    step();
    if (isEnd()) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
    step();
    REAL.write(file, bytes);
  }

  @Override
  public void replace(Path file, Path other) throws IOException {
    step();
    REAL.replace(file, other);
  }

  @Override
  public void delete(Path file) throws IOException {
    step();
    REAL.delete(file);
  }

  @Override
  public void sync(Path directory) throws IOException {
    step();
    REAL.sync(directory);
  }
}
