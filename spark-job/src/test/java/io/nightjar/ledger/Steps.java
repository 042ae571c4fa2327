package io.nightjar.ledger;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** Everything that a ledger does to files or to a database, one step after the other. */
final class Steps {

  /** The exit code of a process that ended before a step. */
  static final int HALTED = 86;

  private static int halt = Integer.MAX_VALUE;
  private static int taken;

  private Steps() {}

  /** Ends the process before a step, counted from 1. */
  static synchronized void haltBefore(int step) {
    halt = step;
  }

  private static synchronized void step() {
    if (++taken == halt) {
      Runtime.getRuntime().halt(HALTED);
    }
  }

  /** A file system whose changes are steps. */
  abstract static class Files extends FilterFileSystem {

    private final String scheme;

    Files(String scheme, FileSystem real) {
      super(real);
      this.scheme = scheme;
    }

    /** A file system of the type that Hadoop expects under this scheme. */
    static final class Local extends Files {
      public Local() {
        super("file", new org.apache.hadoop.fs.RawLocalFileSystem());
      }
    }

    /** A file system of the type that Hadoop expects under this scheme. */
    static final class Hdfs extends Files {
      public Hdfs() {
        super("hdfs", new org.apache.hadoop.hdfs.DistributedFileSystem());
      }
    }

    /** Returns a configuration with which all files are these. */
    static Configuration configuration() {
      Configuration configuration = new Configuration();
      configuration.setClass("fs.file.impl", Local.class, FileSystem.class);
      configuration.setClass("fs.hdfs.impl", Hdfs.class, FileSystem.class);
      return configuration;
    }

    @Override
    public void initialize(URI uri, Configuration configuration) throws IOException {
      super.initialize(uri, configuration);
      fs.initialize(uri, configuration);
    }

    @Override
    public String getScheme() {
      return scheme;
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      step();
      return new FSDataOutputStream(
          new Out(
              super.create(
                  path, permission, overwrite, bufferSize, replication, blockSize, progress)),
          null);
    }

    @Override
    public boolean rename(Path source, Path target) throws IOException {
      step();
      return super.rename(source, target);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      step();
      return super.delete(path, recursive);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
      step();
      return super.mkdirs(path, permission);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      step();
      return super.mkdirs(path);
    }
  }

  /** Writes half of what it is given, and the other half in another step. */
  private static final class Out extends FilterOutputStream implements Syncable {

    private final FSDataOutputStream file;

    Out(FSDataOutputStream out) {
      super(out);
      this.file = out;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      step();
      file.write(bytes, offset, length / 2);
      file.flush();
      step();
      file.write(bytes, offset + length / 2, length - length / 2);
    }

    @Override
    public void hflush() throws IOException {
      step();
      file.hflush();
    }

    @Override
    public void hsync() throws IOException {
      step();
      file.hsync();
    }

    @Override
    public void close() throws IOException {
      step();
      file.close();
    }
  }

  /**
   * A connection whose calls that may change the database are steps, those of its statements too.
   */
  static Connection of(Connection connection) {
    return proxy(Connection.class, connection);
  }

  private static final Set<String> REACHING =
      Set.of("execute", "commit", "rollback", "setAutoCommit", "setTransaction");

  private static <T> T proxy(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            Steps.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              boolean closes = type == Connection.class && method.getName().equals("close");
              if (closes || REACHING.stream().anyMatch(method.getName()::startsWith)) {
                step();
              }
              try {
                Object result = method.invoke(real, arguments);
                return Optional.<Class<?>>of(method.getReturnType())
                    .filter(Statement.class::isAssignableFrom)
                    .<Object>map(statement -> statement(statement, result))
                    .orElse(result);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private static <T> T statement(Class<T> type, Object real) {
    return proxy(type, type.cast(real));
  }
}
