package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second process off a directory: a file there that its holder writes again and again, and
 * that is anybody's who has seen it stay the same for a while. No clocks are compared. An object
 * store that has conditional writes lets it be written only by one who has seen what is there.
 *
 * <p>It is for accidents. Whoever wants to disturb a directory that it can write to has other ways.
 */
public final class Lease implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** How often a lease is renewed. */
  private static final Duration RENEWAL = Duration.ofSeconds(5);

  /** After so many renewals that did not come, a lease is taken over. */
  private static final int MOST_MISSED = 4;

  private static final int MOST_BYTES = 2048;

  private final Path path;
  private final FileSystem files;
  private final Holder holder;
  private final Duration renewal;
  private long renewals;
  private long lastRenewal;

  /** What is in the file. */
  @JsonPropertyOrder({"holder", "who", "renewals"})
  private record Content(UUID holder, String who, long renewals) {}

  /**
   * Who takes a lease.
   *
   * @param id tells the holder from others; its own lease it has at once
   * @param who is in the file, for whoever can read it
   * @param refusal what a second holder is told, given what is in the file of the first
   */
  public record Holder(UUID id, String who, UnaryOperator<String> refusal) {}

  private Lease(Path path, FileSystem files, Holder holder, Duration renewal) {
    this.path = path;
    this.files = files;
    this.holder = holder;
    this.renewal = renewal;
  }

  /**
   * Takes the lease that a file is. If another holder has left one behind, this waits to see that
   * it is not renewed any more.
   *
   * @throws InUseException if another holder renews it
   */
  public static Lease take(Path file, Configuration configuration, Holder holder)
      throws IOException, InterruptedException {
    return take(file, configuration, holder, RENEWAL);
  }

  static Lease take(Path file, Configuration configuration, Holder holder, Duration renewal)
      throws IOException, InterruptedException {
    FileSystem files = file.getFileSystem(configuration);
    Path path = files.makeQualified(file);
    Lease lease = new Lease(path, files, holder, renewal);
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
    LOG.info("{} is there; looking for {} whether it is renewed", path, Amounts.duration(patience));
    long start = System.nanoTime();
    while (System.nanoTime() - start < patience.toNanos()) {
      Thread.sleep(renewal.dividedBy(MOST_MISSED).toMillis());
      Optional<String> now = read();
      if (now.isEmpty()) {
        return true;
      }
      if (!now.get().equals(before)) {
        throw inUse(now.get());
      }
    }
    LOG.warn("{} was not renewed any more and is taken over", path);
    return false;
  }

  /**
   * Renews the lease, if it is time to.
   *
   * @throws InUseException if another holder has taken it over
   */
  public void renew() throws IOException {
    if (System.nanoTime() - lastRenewal >= renewal.toNanos()) {
      write(Optional.of(requireOwn()));
    }
  }

  private String requireOwn() throws IOException {
    String content = read().orElse("");
    if (!isOwn(content)) {
      throw inUse(content);
    }
    return content;
  }

  private InUseException inUse(String content) {
    String who = parsed(content).map(Content::who).orElse("");
    return new InUseException(holder.refusal().apply(who.isBlank() ? "Another process" : who));
  }

  private boolean isOwn(String content) {
    return parsed(content).filter(found -> found.holder().equals(holder.id())).isPresent();
  }

  /** Returns what is in the file, unless it is something else's, or half written. */
  private static Optional<Content> parsed(String content) {
    try {
      byte[] json = content.getBytes(StandardCharsets.UTF_8);
      return Optional.of(ExchangeJson.read(json, Content.class));
    } catch (ExchangeException e) {
      return Optional.empty();
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
    byte[] content = ExchangeJson.write(new Content(holder.id(), holder.who(), renewals));
    if (!HadoopFiles.replace(files, path, there, content)) {
      throw inUse(read().orElse(""));
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
