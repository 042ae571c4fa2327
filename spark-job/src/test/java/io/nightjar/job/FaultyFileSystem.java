package io.nightjar.job;

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

/**
 * The local disk under another scheme, with faults that are told beforehand.
 *
 * <p>What has struck is remembered in files, so that a fault that comes once comes once in all
 * processes of a job.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {

  /** What one does with files. */
  public enum Operation {
    OPEN,
    CREATE,
    RENAME,
    DELETE,
    MKDIRS,
    LIST,
    ANY
  }

  /** What becomes of it. */
  public enum Effect {
    /** It fails. */
    FAILS,
    /** A file that is created takes some bytes and no more. */
    FILLS_UP,
    /** The process ends there. */
    HALTS,
    /** It goes on only when it is interrupted or let go, which it was when the test ends. */
    HANGS,
    /** It and all that come after it fail, as if the process had ended there. */
    CRASHES
  }

  /**
   * A fault.
   *
   * @param path a regular expression of what is struck
   * @param after how many operations it lets pass
   * @param times how many it strikes
   */
  public record Fault(Operation operation, String path, Effect effect, int after, int times) {

    public static Fault once(Operation operation, String path, Effect effect) {
      return new Fault(operation, path, effect, 0, 1);
    }

    public static Fault always(Operation operation, String path, Effect effect) {
      return new Fault(operation, path, effect, 0, Integer.MAX_VALUE);
    }
  }

  private static final URI NAME = URI.create("faulty:///");
  private static final String SCHEME = "spark.hadoop.fs.faulty.";
  private static final String FAULT = "test.fault.";

  /** About where counting is, so that it need not start anew each time. */
  private static final Map<String, Integer> TAKEN = new ConcurrentHashMap<>();

  private Fault fault;
  private Path memory;

  /** Returns the settings under which a job's {@code faulty:} files have a fault. */
  static List<String> settings(Fault fault, Path memory) throws IOException {
    Files.createDirectories(memory);
    String prefix = "spark.hadoop." + FAULT;
    return List.of(
        SCHEME + "impl=" + FaultyFileSystem.class.getName(),
        SCHEME + "impl.disable.cache=true",
        prefix + "operation=" + fault.operation(),
        prefix + "path=" + fault.path(),
        prefix + "effect=" + fault.effect(),
        prefix + "after=" + fault.after(),
        prefix + "times=" + fault.times(),
        prefix + "memory=" + memory);
  }

  /** Returns a local path under this scheme. */
  static String uri(Path path) {
    return "faulty://" + path.toUri().getPath();
  }

  /** Returns how often a fault has struck. */
  static int strikes(Path memory) throws IOException {
    try (var files = Files.list(memory)) {
      return (int) files.filter(file -> file.getFileName().toString().startsWith("struck")).count();
    }
  }

  /** Lets go whatever hangs. */
  static void letGo(Path memory) throws IOException {
    Files.writeString(memory.resolve("released"), "");
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(uri, conf);
    memory = Path.of(conf.get(FAULT + "memory"));
    fault =
        new Fault(
            Operation.valueOf(conf.get(FAULT + "operation")),
            conf.getRaw(FAULT + "path"),
            Effect.valueOf(conf.get(FAULT + "effect")),
            conf.getInt(FAULT + "after", 0),
            conf.getInt(FAULT + "times", 0));
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  public String getScheme() {
    return "faulty";
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
    if (fault.effect() == Effect.CRASHES && Files.exists(memory.resolve("struck-0"))) {
      throw new IOException("This process is no more");
    }
  }

  /** Returns whether the file is to fill up. */
  private boolean strike(Operation operation, org.apache.hadoop.fs.Path path) throws IOException {
    requireAlive();
    boolean meant =
        (fault.operation() == operation || fault.operation() == Operation.ANY)
            && Pattern.matches(fault.path(), path.toUri().getPath());
    if (!meant) {
      return false;
    }
    int passed = count("passed-");
    if (passed < fault.after() || passed - fault.after() >= fault.times()) {
      return false;
    }
    int struck = count("struck-");
    switch (fault.effect()) {
      case FAILS, CRASHES -> throw new IOException("Fault %d strikes".formatted(struck));
      case HALTS -> Runtime.getRuntime().halt(137);
      case HANGS -> hang();
      case FILLS_UP -> {}
    }
    return fault.effect() == Effect.FILLS_UP;
  }

  /** Takes the next number that no other process and thread has. */
  private int count(String prefix) throws IOException {
    int next = TAKEN.getOrDefault(memory + prefix, 0);
    while (!new File(memory.toFile(), prefix + next).createNewFile()) {
      next++;
    }
    TAKEN.put(memory + prefix, next + 1);
    return next;
  }

  private void hang() throws IOException {
    try {
      while (!Files.exists(memory.resolve("released"))) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while it hung", e);
    }
  }

  /** For whoever wants several lists of settings in one array. */
  static String[] with(Fault fault, Path memory, String... others) throws IOException {
    List<String> all = new ArrayList<>(settings(fault, memory));
    all.addAll(List.of(others));
    return all.toArray(new String[0]);
  }
}
