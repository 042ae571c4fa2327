package io.nightjar.exchange;

import io.nightjar.crypto.natives.Blake3;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files of blocks, as they are looked through by somebody who does not use the blocks. */
final class SectionFiles {

  private static final int BUFFER_BYTES = 1 << 18;

  private SectionFiles() {}

  /** Returns whether all sections are there, as they were written. */
  static boolean areWhole(FileSystem files, Path directory, List<Section> sections)
      throws IOException {
    Map<String, List<Section>> byFile =
        sections.stream()
            .sorted(Comparator.comparingLong(Section::offset))
            .collect(Collectors.groupingBy(Section::file, TreeMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Section>> file : byFile.entrySet()) {
      if (!areWhole(files, new Path(directory, file.getKey()), file.getValue().iterator())) {
        return false;
      }
    }
    return true;
  }

  private static boolean areWhole(FileSystem files, Path path, Iterator<Section> sections)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FSDataInputStream in = files.open(path, BUFFER_BYTES)) {
      while (sections.hasNext()) {
        Section section = sections.next();
        in.seek(section.offset());
        if (!digest(in, section.bytes(), buffer).equals(section.blake3())) {
          return false;
        }
      }
      return true;
    } catch (FileNotFoundException | EOFException e) { // or it ends where a section begins
      return false;
    }
  }

  private static String digest(InputStream in, long bytes, byte[] buffer) throws IOException {
    Blake3 digest = new Blake3();
    long left = bytes;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        return "";
      }
      digest.update(buffer, 0, read);
      left -= read;
    }
    return Digests.hex(digest.digest());
  }
}
