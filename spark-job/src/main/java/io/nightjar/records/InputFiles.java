package io.nightjar.records;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds out what files hold of which only the path is given. */
public final class InputFiles {

  /** The end of the name by which readers of text know gzip. */
  private static final String GZIPPED = ".gz";

  private final FileSystem files;
  private final Path path;

  private InputFiles(FileSystem files, Path path) {
    this.files = files;
    this.path = path;
  }

  /**
   * Returns the format of a file, or of the part files of a directory, with partitions or without.
   *
   * @throws InvalidInputException if there are none, or not all of the same format
   */
  public static RecordFormat format(Configuration conf, Path path) throws IOException {
    return new InputFiles(path.getFileSystem(conf), path).format(conf);
  }

  private RecordFormat format(Configuration conf) throws IOException {
    FileStatus status;
    try {
      status = files.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new InvalidInputException("There is no %s".formatted(Names.quote(path.toString())), e);
    }
    TableLogs.refuse(conf, path);
    if (!status.isDirectory()) {
      return formatOf(path);
    }
    List<Path> parts = new ArrayList<>();
    collect(path, parts);
    if (parts.isEmpty()) {
      throw new NoRecordsException(
          "%s has no files with data in it, apart from those whose names start with '_' or '.'"
              .formatted(Names.quote(path.toString())));
    }
    Path first = parts.get(0);
    RecordFormat format = formatOf(first);
    for (Path part : parts) {
      if (RecordFormat.named(part.getName()).orElse(format) != format) {
        throw new InvalidInputException(
            "%s has files of several formats, such as %s and %s: all must have the same"
                .formatted(Names.quote(path.toString()), Names.file(first), Names.file(part)));
      }
    }
    if (format == RecordFormat.IDX) {
      throw new InvalidInputException(
          "%s is a directory of IDX files: give the path of one of them"
              .formatted(Names.quote(path.toString())));
    }
    return format;
  }

  private void collect(Path directory, List<Path> parts) throws IOException {
    List<FileStatus> entries = new ArrayList<>(List.of(files.listStatus(directory)));
    entries.sort(Comparator.comparing(entry -> entry.getPath().getName()));
    for (FileStatus entry : entries) {
      String name = entry.getPath().getName();
      if (name.startsWith("_") || name.startsWith(".")) {
        continue;
      }
      refuseLinkOut(entry.getPath());
      if (entry.isDirectory()) {
        collect(entry.getPath(), parts);
      } else if (entry.getLen() > 0) { // Spark writes an empty file for a partition without rows
        parts.add(entry.getPath());
      }
    }
  }

  /** Refuses a file that is not under the path that was given, because a link leads elsewhere. */
  private void refuseLinkOut(Path file) throws IOException {
    if ("file".equals(file.toUri().getScheme())) {
      java.nio.file.Path given =
          java.nio.file.Path.of(files.makeQualified(path).toUri().getPath()).toRealPath();
      java.nio.file.Path target = java.nio.file.Path.of(file.toUri().getPath());
      if (Files.isSymbolicLink(target) && !target.toRealPath().startsWith(given)) {
        throw new InvalidInputException(
            "%s in %s is a link to a file outside: put the file itself there"
                .formatted(Names.file(file), Names.quote(path.toString())));
      }
    }
  }

  private RecordFormat formatOf(Path file) throws IOException {
    RecordFormat format;
    try (InputStream content = ContentStream.open(files, file)) {
      format = RecordFormat.of(file.getName(), content.readNBytes(RecordFormat.HEAD_BYTES));
    } catch (IOException e) {
      if (ContentStream.isCorrupt(e)) {
        throw new InvalidInputException("%s is not whole gzip".formatted(Names.file(file)), e);
      }
      throw e;
    }
    boolean gzipped = ContentStream.isGzipped(files, file);
    boolean named = file.getName().toLowerCase(Locale.ROOT).endsWith(GZIPPED);
    if (format != RecordFormat.IDX && gzipped != named) {
      throw new InvalidInputException(
          "%s is %s: whoever reads %s goes by the end of the name, so rename it"
              .formatted(
                  Names.file(file),
                  gzipped ? "gzipped and not named .gz" : "named .gz and not gzipped",
                  format));
    }
    return format;
  }
}
