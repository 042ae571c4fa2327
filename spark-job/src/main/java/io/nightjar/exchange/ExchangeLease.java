package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second server off an exchange: a file there that its holder writes again and again, and
 * that is anybody's who has seen it stay the same for a while. No clocks are compared. An object
 * store that has conditional writes lets it be written only by one who has seen what is there.
 *
 * <p>It is for accidents. Whoever wants to disturb an exchange that it can write to has other ways.
 */
public final class ExchangeLease implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ExchangeLease.class);

  /** How often a lease is renewed. */
  private static final Duration RENEWAL = Duration.ofSeconds(5);

  /** After so many renewals that did not come, a lease is taken over. */
  private static final int MOST_MISSED = 4;

  private static final int MOST_BYTES = 1024;

  private final Path path;
  private final FileSystem files;
  private final UUID server;
  private final Duration renewal;
  private long renewals;
  private long lastRenewal;

  /** What is in the file. */
  @JsonPropertyOrder({"server", "renewals"})
  private record Content(UUID server, long renewals) {}

  private ExchangeLease(Path path, FileSystem files, UUID server, Duration renewal) {
    this.path = path;
    this.files = files;
    this.server = server;
    this.renewal = renewal;
  }

  /**
   * Takes the lease of an exchange. If another server has left one behind, this waits to see that
   * it is not renewed any more.
   *
   * @param server what tells the caller from other servers; its own lease it has at once
   * @throws ExchangeInUseException if another server renews it
   */
  public static ExchangeLease take(Path root, Configuration configuration, UUID server)
      throws IOException, InterruptedException {
    return take(root, configuration, server, RENEWAL);
  }

  static ExchangeLease take(Path root, Configuration configuration, UUID server, Duration renewal)
      throws IOException, InterruptedException {
    FileSystem files = root.getFileSystem(configuration);
    Path path = new Path(files.makeQualified(root), "serve.json");
    ExchangeLease lease = new ExchangeLease(path, files, server, renewal);
    Optional<String> before = lease.read();
    if (before.isPresent() && !lease.isOwn(before.get()) && lease.hasEnded(before.get())) {
      before = Optional.empty();
    }
    lease.write(before);
    if (before.isPresent()) { // two may have watched it together; the last has it
      Thread.sleep(renewal.dividedBy(MOST_MISSED).toMillis());
      lease.requireOwn();
    }
    return lease;
  }

  /**
   * Watches another's lease for as long as it may take to be renewed, and returns whether it was
   * given up meanwhile.
   */
  private boolean hasEnded(String before) throws IOException, InterruptedException {
    Duration patience = renewal.multipliedBy(MOST_MISSED);
    LOG.info("{} is of another server; looking for {} whether it still serves", path, patience);
    long start = System.nanoTime();
    while (System.nanoTime() - start < patience.toNanos()) {
      Thread.sleep(renewal.dividedBy(MOST_MISSED).toMillis());
      Optional<String> now = read();
      if (now.isEmpty()) {
        return true;
      }
      if (!now.get().equals(before)) {
        throw inUse();
      }
    }
    LOG.warn("{} was not renewed any more and is taken over", path);
    return false;
  }

  /**
   * Renews the lease, if it is time to.
   *
   * @throws ExchangeInUseException if another server has taken it over
   */
  public void renew() throws IOException {
    if (System.nanoTime() - lastRenewal >= renewal.toNanos()) {
      write(Optional.of(requireOwn()));
    }
  }

  private String requireOwn() throws IOException {
    return read().filter(this::isOwn).orElseThrow(this::inUse);
  }

  private ExchangeInUseException inUse() {
    return new ExchangeInUseException(
        "Another server is at work on the exchange %s: there can be one, with one serve.stateDir"
            .formatted(path.getParent()));
  }

  private boolean isOwn(String content) {
    try {
      byte[] json = content.getBytes(StandardCharsets.UTF_8);
      return ExchangeJson.read(json, Content.class).server().equals(server);
    } catch (ExchangeException e) { // another's, and perhaps half written
      return false;
    }
  }

  private Optional<String> read() throws IOException {
    LocalPaths.requireInside(files, path.getParent(), path);
    return HadoopFiles.read(files, path, MOST_BYTES)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** Writes the lease where there was another content, or none; an object store makes sure. */
  private void write(Optional<String> before) throws IOException {
    renewals++;
    Optional<byte[]> there = before.map(content -> content.getBytes(StandardCharsets.UTF_8));
    byte[] content = ExchangeJson.write(new Content(server, renewals));
    if (!HadoopFiles.replace(files, path, there, content)) {
      throw inUse();
    }
    lastRenewal = System.nanoTime();
  }

  /** Gives the lease up, if it is still the caller's. */
  @Override
  public void close() throws IOException {
    if (isOwn(read().orElse(""))) {
      files.delete(path, false);
    }
  }
}
