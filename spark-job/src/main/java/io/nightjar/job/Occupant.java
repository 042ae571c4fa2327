package io.nightjar.job;

import io.nightjar.exchange.HadoopFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** This process, as another one is told of it that wants to work in the same place. */
final class Occupant {

  private static final int MOST_CHARACTERS = 300;
  private static final int MOST_LOCK_BYTES = 4096;

  /** A lock that is renewed is older than this only if its process is gone. */
  private static final Duration MOST_SILENCE = Duration.ofMinutes(1);

  private static final Pattern WORDS =
      Pattern.compile("process ([0-9]{1,18}) of .* on (.*) since .*", Pattern.DOTALL);

  private Occupant() {}

  /** Returns which process this is, and since when it works. */
  static String here() {
    String words =
        "process %d of %s on %s since %s"
            .formatted(
                ProcessHandle.current().pid(),
                System.getProperty("user.name", "?"),
                host(),
                OffsetDateTime.now(ZoneId.systemDefault())
                    .truncatedTo(ChronoUnit.SECONDS)
                    .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    return words.substring(0, Math.min(words.length(), MOST_CHARACTERS));
  }

  /**
   * Returns whether a lock tells of a process that still works. It is read and not tried, so that
   * nobody who takes it meanwhile is turned away; a process that was killed without its machine may
   * count as working until {@link #MOST_SILENCE} has passed.
   */
  static boolean isAtWork(FileSystem files, Path lock) throws IOException {
    FileStatus status;
    byte[] content;
    try {
      status = files.getFileStatus(lock);
      content = HadoopFiles.read(files, lock, MOST_LOCK_BYTES).orElse(new byte[0]);
    } catch (FileNotFoundException e) {
      return false;
    }
    if (!lock.toUri().getScheme().equals("file")) { // its holder writes it again and again
      return status.getModificationTime() + MOST_SILENCE.toMillis() > System.currentTimeMillis();
    }
    Matcher words = WORDS.matcher(new String(content, StandardCharsets.UTF_8));
    return words.matches()
        && words.group(2).equals(host())
        && ProcessHandle.of(Long.parseLong(words.group(1)))
            .filter(ProcessHandle::isAlive)
            .isPresent();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a machine whose name does not resolve";
    }
  }
}
