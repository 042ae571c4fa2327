package io.nightjar.spark;

import io.nightjar.exchange.Section;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The machines that parts of files are near to; none on file systems that have no such thing. */
final class Hosts {

  private static final Set<String> DISTRIBUTED = Set.of("hdfs", "viewfs");

  private final Path directory;
  private final FileSystem files;
  private final Map<String, BlockLocation[]> known = new HashMap<>();

  Hosts(Path directory, Configuration configuration) throws IOException {
    this.directory = directory;
    this.files = directory.getFileSystem(configuration);
  }

  /** Returns the machines that have the beginning of a section. */
  String[] of(Section section) throws IOException {
    if (!DISTRIBUTED.contains(files.getScheme())) {
      return new String[0];
    }
    BlockLocation[] locations = known.get(section.file());
    if (locations == null) {
      locations = locations(new Path(directory, section.file()));
      known.put(section.file(), locations);
    }
    return Arrays.stream(locations)
        .filter(part -> part.getOffset() + part.getLength() > section.offset())
        .findFirst()
        .map(Hosts::hosts)
        .orElse(new String[0]);
  }

  private BlockLocation[] locations(Path path) throws IOException {
    try {
      return files.getFileBlockLocations(path, 0, Long.MAX_VALUE);
    } catch (FileNotFoundException e) { // which whoever reads it has to say
      return new BlockLocation[0];
    }
  }

  private static String[] hosts(BlockLocation part) {
    try {
      return part.getHosts();
    } catch (IOException e) { // it holds them; the interface only allows for others
      return new String[0];
    }
  }
}
