package io.nightjar.ledger;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A PostgreSQL with its defaults, which belongs to this process and listens to this machine alone.
 *
 * <p>Its programs come with Maven. They refuse to run as root, so root runs them as nobody. Where
 * they cannot be run, tests fail and say why.
 */
final class PostgresServer implements AutoCloseable {

  private static final String PROGRAMS = "/postgres-linux-x86_64.txz";
  private static final int NOBODY = 65534;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path directory;
  private final boolean isRoot;
  private final int port;
  private final Thread hook = new Thread(this::kill);
  private Optional<Process> server = Optional.empty();

  private PostgresServer(Path directory, boolean isRoot, int port) {
    this.directory = directory;
    this.isRoot = isRoot;
    this.port = port;
  }

  /** Makes a server in an empty directory and starts it. */
  static PostgresServer start(Path directory) throws IOException, InterruptedException {
    boolean isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    PostgresServer server = new PostgresServer(directory, isRoot, freePort());
    server.prepare();
    Runtime.getRuntime().addShutdownHook(server.hook);
    server.start();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void prepare() throws IOException, InterruptedException {
    unpack();
    if (isRoot) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setAttribute(directory, "unix:uid", NOBODY);
    }
    Process initdb =
        run(
            "initdb",
            "-D",
            data(),
            "-U",
            "ledger",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N");
    if (initdb.waitFor() != 0) {
      throw unusable("initdb");
    }
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  private void unpack() throws IOException {
    try (InputStream archive = PostgresServer.class.getResourceAsStream(PROGRAMS)) {
      if (archive == null) {
        throw new IllegalStateException("There are no programs of PostgreSQL for this machine");
      }
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(
              new XZCompressorInputStream(new BufferedInputStream(archive)))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          unpack(entry, tar);
        }
      }
    }
  }

  private void unpack(TarArchiveEntry entry, InputStream content) throws IOException {
    Path target = directory.resolve("programs").resolve(entry.getName()).normalize();
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, target);
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private Process run(String program, String... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    if (isRoot) {
      line.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
    }
    line.add(directory.resolve("programs").resolve("bin").resolve(program).toString());
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private Path log() {
    return directory.resolve("log");
  }

  private IllegalStateException unusable(String program) throws IOException {
    return new IllegalStateException(
        "PostgreSQL cannot be run here, %s says: %s"
            .formatted(program, Files.readString(log(), StandardCharsets.UTF_8)));
  }

  /** Starts it again, when it has ended. */
  void start() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!accepts()) {
      if (server.isEmpty()
          || !server.get().isAlive()) { // of one that was killed something lives on
        server =
            Optional.of(
                run(
                    "postgres",
                    "-D",
                    data(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories="));
      }
      if (System.nanoTime() > end) {
        throw unusable("the server");
      }
      server.get().waitFor(50, TimeUnit.MILLISECONDS);
    }
  }

  private boolean accepts() {
    try (Connection connection = DriverManager.getConnection(url("public"))) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Returns the URL of a schema. */
  String url(String schema) {
    return "jdbc:postgresql://127.0.0.1:%d/postgres?user=ledger&currentSchema=%s"
        .formatted(port, schema);
  }

  /** Kills it with all its processes, and waits until they are gone. */
  void kill() {
    server.ifPresent(
        process -> {
          List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
          all.add(0, process.toHandle());
          all.forEach(ProcessHandle::destroyForcibly);
          all.forEach(one -> one.onExit().join());
        });
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
