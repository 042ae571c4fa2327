package io.nightjar.records;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files that make up an input: one, or the part files of a directory as Spark writes it.
 *
 * @param files the file system
 * @param format the format of all of them
 * @param paths their paths in order of their names; at least one
 */
record InputFiles(FileSystem files, RecordFormat format, List<Path> paths) {

  InputFiles {
    paths = List.copyOf(paths);
  }

  /**
   * Finds the files and their format.
   *
   * @throws InvalidInputException if there are none, or not all of the same format
   */
  static InputFiles find(Configuration conf, Path path) throws IOException {
    FileSystem files = path.getFileSystem(conf);
    FileStatus status;
    try {
      status = files.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new InvalidInputException("There is no %s".formatted(Names.quote(path.toString())), e);
    }
    TableLogs.refuse(conf, path);
    if (!status.isDirectory()) {
      return new InputFiles(files, format(files, path), List.of(path));
    }
    List<Path> parts = parts(files, path);
    RecordFormat format = format(files, parts.get(0));
    for (Path part : parts) {
      if (format(files, part) != format) {
        throw new InvalidInputException(
            "%s has files of several formats, such as %s and %s: all must have the same"
                .formatted(
                    Names.quote(path.toString()), Names.file(parts.get(0)), Names.file(part)));
      }
    }
    if (format.isNumbered()) {
      throw new InvalidInputException(
          "%s is a directory of %s files: give the path of one of them"
              .formatted(Names.quote(path.toString()), format));
    }
    return new InputFiles(files, format, parts);
  }

  private static List<Path> parts(FileSystem files, Path directory) throws IOException {
    List<Path> parts = new ArrayList<>();
    for (FileStatus entry : files.listStatus(directory)) {
      Path path = entry.getPath();
      if (path.getName().startsWith("_") || path.getName().startsWith(".")) {
        continue;
      }
      if (entry.isDirectory()) {
        throw new InvalidInputException(
            "%s has a directory in it, %s: part files must lie side by side; partitions are read with --input-format parquet or csv"
                .formatted(Names.quote(directory.toString()), Names.file(path)));
      }
      refuseLinkOut(directory, path);
      if (entry.getLen() > 0) { // Spark writes an empty file for a partition without rows
        parts.add(path);
      }
    }
    if (parts.isEmpty()) {
      throw new InvalidInputException(
          "%s has no files with data in it, apart from those whose names start with '_' or '.'"
              .formatted(Names.quote(directory.toString())));
    }
    parts.sort(Comparator.comparing(Path::getName));
    return parts;
  }

  /** Refuses a file that is not under the path that was given, because a link leads elsewhere. */
  private static void refuseLinkOut(Path directory, Path file) throws IOException {
    if ("file".equals(file.toUri().getScheme())) {
      java.nio.file.Path inside =
          java.nio.file.Path.of(file.getParent().toUri().getPath()).toRealPath();
      java.nio.file.Path target = java.nio.file.Path.of(file.toUri().getPath());
      if (Files.isSymbolicLink(target) && !target.toRealPath().startsWith(inside)) {
        throw new InvalidInputException(
            "%s in %s is a link to a file outside: put the file itself there"
                .formatted(Names.file(file), Names.quote(directory.toString())));
      }
    }
  }

  private static RecordFormat format(FileSystem files, Path file) throws IOException {
    try (InputStream in = ContentStream.open(files, file)) {
      return RecordFormat.of(file.getName(), in.readNBytes(RecordFormat.HEAD_BYTES));
    } catch (IOException e) {
      if (ContentStream.isCorrupt(e)) {
        throw new InvalidInputException("%s is not whole gzip".formatted(Names.file(file)), e);
      }
      throw e;
    }
  }
}
