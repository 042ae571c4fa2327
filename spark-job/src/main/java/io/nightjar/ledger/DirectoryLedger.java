package io.nightjar.ledger;

import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
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
 * <p>A ledger of the first version is brought over by one more file in the same chain.
 *
 * <p>A file gets its name when it is finished, by an operation that fails if the name is taken: a
 * hard link on a local disk, a rename on HDFS. So of two that append the same number one fails, and
 * reads again. Other file systems are refused: on object stores a rename replaces what is there.
 *
 * <p>Every admission reads all entries. That suits thousands of them; more belong in a database.
 */
final class DirectoryLedger implements Ledger {

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
    if (!HadoopFiles.isExclusive(scheme)) {
      throw new LedgerException(
          "A ledger cannot be kept in %s: two writers must never create the same file, which is known of local disks (file:) and HDFS (hdfs:); or use a database (jdbc:)"
              .formatted(location));
    }
    FileSystem files = path.getFileSystem(configuration);
    return new DirectoryLedger(files.makeQualified(path), files);
  }

  @Override
  public Admission admit(Entry entry, OptionalLong budget) throws IOException {
    while (true) {
      LedgerChain chain = readCurrent();
      Optional<Admission> decided = Admission.decide(chain.entries(), entry, budget);
      if (decided.isPresent()) {
        return decided.get();
      }
      if (append(chain, EntryFile.write(chain.next(), chain.digest(), entry))) {
        long before = Admission.answered(chain.entries(), entry);
        return new Admission(before + entry.answers(), budget);
      }
    }
  }

  /**
   * Appends a file to those that were read, and returns whether it did: another process may have
   * appended one first.
   */
  private boolean append(LedgerChain chain, byte[] bytes) throws IOException {
    long number = chain.next();
    if (bytes.length > MOST_BYTES) {
      throw new LedgerException(
          "%s would have %s, more than %s"
              .formatted(
                  path(number, "json"), Amounts.bytes(bytes.length), Amounts.bytes(MOST_BYTES)));
    }
    if (!create(path(number, "json"), bytes)) {
      if (lastNumber() < number) {
        throw new LedgerException("%s could not be created".formatted(path(number, "json")));
      }
      return false;
    }
    // A process that is killed before this has appended its file all the same; the next one names
    // its digest.
    create(path(number, "blake3"), digestLine(LedgerFile.digest(bytes)));
    return true;
  }

  @Override
  public List<Entry> entries() throws IOException {
    return readCurrent().entries();
  }

  /** Brings entries over by one more file, which says what they do not; they stay as they are. */
  @Override
  public long migrate(Lineages lineages) throws IOException {
    while (true) {
      LedgerChain chain = read();
      if (!chain.isEarlier()) {
        return 0;
      }
      SortedMap<String, String> named = lineages.of(chain.earlierModels());
      if (append(chain, MigrationFile.write(chain.next(), chain.digest(), named))) {
        return chain.earlierEntries();
      }
    }
  }

  private LedgerChain readCurrent() throws IOException {
    LedgerChain chain = read();
    if (chain.isEarlier()) {
      LedgerVersions.requireCurrent(LedgerVersions.FIRST, directory);
    }
    return chain;
  }

  private LedgerChain read() throws IOException {
    long last = lastNumber();
    LedgerChain chain = new LedgerChain();
    while (true) {
      Path path = path(chain.next(), "json");
      Optional<byte[]> bytes = read(path);
      if (bytes.isEmpty() && chain.next() <= last) {
        throw new LedgerException(
            "%s was removed from the ledger: restore it, what was answered is not known without it"
                .formatted(path));
      }
      if (bytes.isEmpty()) {
        checkLast(chain.files(), chain.digest());
        return chain;
      }
      try {
        chain.add(bytes.get());
      } catch (LedgerFile.NewerException e) {
        LedgerVersions.requireNotNewer(e.version(), directory);
      } catch (IllegalArgumentException e) {
        throw new LedgerException(
            "%s, or the entry before it, was changed: %s".formatted(path, e.getMessage()), e);
      }
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
    try {
      return HadoopFiles.create(files, path, bytes);
    } catch (ExchangeException e) {
      throw new LedgerException(e.getMessage(), e);
    }
  }
}
