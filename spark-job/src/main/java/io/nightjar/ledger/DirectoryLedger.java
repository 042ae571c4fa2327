package io.nightjar.ledger;

import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A ledger in a directory, with one file for each entry.
 *
 * <pre>
 * LEDGER/
 *   000000001.json       an entry, which names the digest of the one before
 *   000000001.blake3     its own digest, so that the last entry cannot go unnoticed either
 *   000000002.json ...
 * </pre>
 *
 * <p>A file gets its name when it is finished, by an operation that fails if the name is taken: a
 * hard link on a local disk, a rename on HDFS. So of two that append the same number one fails, and
 * reads again. Other file systems are refused: on object stores a rename replaces what is there.
 *
 * <p>Every admission reads all entries. That suits thousands of them; more belong in a database.
 */
final class DirectoryLedger implements Ledger {

  private static final Set<String> EXCLUSIVE = Set.of("file", "hdfs");
  private static final Pattern NAME = Pattern.compile("([0-9]{9})\\.(json|blake3)");
  private static final int MOST_BYTES = 1 << 16;

  private final Path directory;
  private final FileSystem files;

  private DirectoryLedger(Path directory, FileSystem files) {
    this.directory = directory;
    this.files = files;
  }

  static Ledger open(String location, Configuration configuration) throws IOException {
    Path path;
    try {
      path = new Path(location);
    } catch (IllegalArgumentException e) {
      throw new LedgerException("The ledger's location %s is no path".formatted(location), e);
    }
    String scheme =
        Optional.ofNullable(path.toUri().getScheme())
            .orElseGet(() -> FileSystem.getDefaultUri(configuration).getScheme());
    if (!EXCLUSIVE.contains(scheme)) {
      throw new LedgerException(
          "A ledger cannot be kept in %s: two writers must never create the same file, which is known of local disks (file:) and HDFS (hdfs:); or use a database (jdbc:)"
              .formatted(location));
    }
    FileSystem files = path.getFileSystem(configuration);
    return new DirectoryLedger(files.makeQualified(path), files);
  }

  /** The content of all files: the entries, and the digest of the last file. */
  private record Contents(List<Entry> entries, String digest) {}

  @Override
  public Admission admit(Entry entry, OptionalLong budget) throws IOException {
    Contents contents = read();
    while (true) {
      Optional<Admission> decided = Admission.decide(contents.entries, entry, budget);
      if (decided.isPresent()) {
        return decided.get();
      }
      long number = contents.entries.size() + 1L;
      byte[] bytes = EntryFile.write(number, contents.digest, entry);
      if (create(path(number, "json"), bytes)) {
        // A process that is killed before this has appended its entry all the same; the next entry
        // names its digest.
        create(path(number, "blake3"), digestLine(EntryFile.digest(bytes)));
        return new Admission(Admission.answered(contents.entries, entry) + entry.answers(), budget);
      }
      contents = read();
      if (contents.entries.size() < number) {
        throw new LedgerException("%s could not be created".formatted(path(number, "json")));
      }
    }
  }

  @Override
  public List<Entry> entries() throws IOException {
    return read().entries;
  }

  private Contents read() throws IOException {
    long last = lastNumber();
    List<Entry> entries = new ArrayList<>();
    String digest = "";
    while (true) {
      long number = entries.size() + 1L;
      Path path = path(number, "json");
      Optional<byte[]> bytes = read(path);
      if (bytes.isEmpty() && number <= last) {
        throw new LedgerException(
            "%s was removed from the ledger: restore it, what was answered is not known without it"
                .formatted(path));
      }
      if (bytes.isEmpty()) {
        checkLast(number - 1, digest);
        return new Contents(entries, digest);
      }
      try {
        entries.add(EntryFile.read(bytes.get(), number, digest));
      } catch (IllegalArgumentException e) {
        throw new LedgerException(
            "%s, or the entry before it, was changed: %s".formatted(path, e.getMessage()), e);
      }
      digest = EntryFile.digest(bytes.get());
    }
  }

  /** Returns the largest number in the directory, up to which all entries must be there. */
  private long lastNumber() throws IOException {
    long last = 0;
    if (files.exists(directory)) {
      for (FileStatus status : files.listStatus(directory)) {
        Matcher name = NAME.matcher(status.getPath().getName());
        if (name.matches()) {
          last = Math.max(last, Long.parseLong(name.group(1)));
        }
      }
    }
    return last;
  }

  /** Checks the last entry by its own digest, as no other entry names it. */
  private void checkLast(long number, String digest) throws IOException {
    if (number > 0) {
      Optional<byte[]> expected = read(path(number, "blake3"));
      if (expected.isPresent() && !Arrays.equals(expected.get(), digestLine(digest))) {
        throw new LedgerException(
            "%s was changed: its digest is not the one beside it".formatted(path(number, "json")));
      }
    }
  }

  private static byte[] digestLine(String digest) {
    return (digest + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private Path path(long number, String extension) {
    return new Path(directory, "%09d.%s".formatted(number, extension));
  }

  private Optional<byte[]> read(Path path) throws IOException {
    try {
      return HadoopFiles.read(files, path, MOST_BYTES);
    } catch (ExchangeException e) {
      throw new LedgerException(e.getMessage(), e);
    }
  }

  /** Creates a file with its whole content, and returns whether its name was free. */
  private boolean create(Path path, byte[] bytes) throws IOException {
    files.mkdirs(directory);
    Path temporary = new Path(directory, "." + path.getName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FSDataOutputStream out = files.create(temporary, false)) {
        out.write(bytes);
        out.hsync();
      }
      return files.getUri().getScheme().equals("file")
          ? link(temporary, path)
          : files.rename(temporary, path);
    } finally {
      files.delete(temporary, false);
    }
  }

  private boolean link(Path temporary, Path path) throws IOException {
    try {
      Files.createLink(local(path), local(temporary));
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      throw new LedgerException("There are no hard links in %s".formatted(directory), e);
    }
    try (FileChannel names = FileChannel.open(local(directory), StandardOpenOption.READ)) {
      names.force(true);
    }
    return true;
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
