package io.nightjar.job.faults;

import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk under another scheme, with the faults of a {@link FaultyDisk}. */
public final class FaultyFileSystem extends RawLocalFileSystem {

  static final String SCHEME = "faulty";

  private static final String PREFIX = "test.fault.";

  /** The key under which the number of faults is. */
  static final String COUNT = PREFIX + "count";

  private static final URI NAME = URI.create(SCHEME + ":///");
  private static final String STRUCK = "struck-";
  private static final String RELEASED = "released";

  /** About where counting is, so that it need not start anew each time. */
  private static final Map<String, Integer> TAKEN = new ConcurrentHashMap<>();

  private final List<Told> faults = new ArrayList<>();

  /** A fault, and where it is remembered. */
  private record Told(Fault fault, Path memory) {}

  /** Returns what the keys of a fault begin with. */
  static String key(int fault) {
    return PREFIX + fault + ".";
  }

  /** Returns whether a file in a fault's memory is there because it has struck. */
  static boolean isStrike(String name) {
    return name.startsWith(STRUCK);
  }

  /** Lets go whatever hangs of a fault with this memory. */
  static void letGo(Path memory) throws IOException {
    Files.writeString(memory.resolve(RELEASED), "");
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(uri, conf);
    for (int i = 0; i < conf.getInt(COUNT, 0); i++) {
      Fault fault =
          new Fault(
              Operation.valueOf(conf.get(key(i) + "operation")),
              conf.getRaw(key(i) + "path"),
              Effect.valueOf(conf.get(key(i) + "effect")),
              conf.getInt(key(i) + "after", 0),
              conf.getInt(key(i) + "times", 0));
      faults.add(new Told(fault, Path.of(conf.get(key(i) + "memory"))));
    }
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
    strike(Operation.OPEN, path);
    return super.open(path, bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    boolean fills = strike(Operation.CREATE, path);
    return maybeFull(
        fills, super.create(path, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    boolean fills = strike(Operation.CREATE, path);
    return maybeFull(
        fills,
        super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  private static FSDataOutputStream maybeFull(boolean fills, FSDataOutputStream out)
      throws IOException {
    return fills ? new FSDataOutputStream(new FullDisk(out), null) : out;
  }

  /** Has room for a few bytes. */
  private static final class FullDisk extends FilterOutputStream {
    private int room = 100;

    FullDisk(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      if (room-- <= 0) {
        throw new IOException("No space left on device");
      }
      out.write(b);
    }
  }

  @Override
  public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
      throws IOException {
    strike(Operation.RENAME, to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
    strike(Operation.DELETE, path);
    return super.delete(path, recursive);
  }

  @Override
  public boolean mkdirs(org.apache.hadoop.fs.Path path, FsPermission permission)
      throws IOException {
    strike(Operation.MKDIRS, path);
    return super.mkdirs(path, permission);
  }

  @Override
  public boolean mkdirs(org.apache.hadoop.fs.Path path) throws IOException {
    strike(Operation.MKDIRS, path);
    return super.mkdirs(path);
  }

  /** Hadoop's own way runs a program. */
  @Override
  public void setPermission(org.apache.hadoop.fs.Path path, FsPermission permission)
      throws IOException {
    String symbols =
        permission.getUserAction().SYMBOL
            + permission.getGroupAction().SYMBOL
            + permission.getOtherAction().SYMBOL;
    Files.setPosixFilePermissions(
        pathToFile(path).toPath(), PosixFilePermissions.fromString(symbols));
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
    strike(Operation.LIST, path);
    return Arrays.stream(super.listStatus(path))
        .map(FaultyFileSystem::plain)
        .toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
    requireAlive();
    return plain(super.getFileStatus(path));
  }

  /** A status that does not ask the disk for more, under a name that the disk does not know. */
  private static FileStatus plain(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        status.getReplication(),
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }

  private void requireAlive() throws IOException {
    for (Told told : faults) {
      if (told.fault().effect() == Effect.CRASHES
          && Files.exists(told.memory().resolve(STRUCK + 0))) {
        throw new IOException("This process is no more");
      }
    }
  }

  /** Returns whether the file is to fill up. */
  private boolean strike(Operation operation, org.apache.hadoop.fs.Path path) throws IOException {
    requireAlive();
    boolean fills = false;
    for (Told told : faults) {
      fills |= strike(told, operation, path);
    }
    return fills;
  }

  private static boolean strike(Told told, Operation operation, org.apache.hadoop.fs.Path path)
      throws IOException {
    Fault fault = told.fault();
    if (fault.operation() != operation || !Pattern.matches(fault.path(), path.toUri().getPath())) {
      return false;
    }
    int passed = count(told.memory(), "passed-");
    if (passed < fault.after() || passed - fault.after() >= fault.times()) {
      return false;
    }
    int struck = count(told.memory(), STRUCK);
    switch (fault.effect()) {
      case FAILS, CRASHES -> throw new IOException("Fault %d strikes".formatted(struck));
      case HALTS -> Runtime.getRuntime().halt(137);
      case HANGS -> hang(told.memory());
      case FILLS_UP -> {}
    }
    return fault.effect() == Effect.FILLS_UP;
  }

  /** Takes the next number that no other process and thread has. */
  private static int count(Path memory, String prefix) throws IOException {
    int next = TAKEN.getOrDefault(memory + prefix, 0);
    while (!new File(memory.toFile(), prefix + next).createNewFile()) {
      next++;
    }
    TAKEN.put(memory + prefix, next + 1);
    return next;
  }

  private static void hang(Path memory) throws IOException {
    try {
      while (!Files.exists(memory.resolve(RELEASED))) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while it hung", e);
    }
  }
}
