package io.nightjar.owner;

import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The data owner's memory of what it uploaded: a copy of every manifest of a wave in work, written
 * before the manifest is. By it an upload that is damaged in the exchange is made again, with the
 * same bytes.
 */
public final class MadeUploads {

  private final Path directory;
  private final FileSystem files;

  /** Opens the memory of one job, in a directory of the data owner's own. */
  public MadeUploads(Path directory, Configuration configuration) throws IOException {
    this.directory = directory;
    this.files = directory.getFileSystem(configuration);
  }

  /** Remembers the uploads of a round, in the place of others. */
  void keep(Manifest uploads) throws IOException {
    Path path = path(uploads.wave(), uploads.round());
    files.delete(path, false); // what is damaged meanwhile is then found one run later
    HadoopFiles.writePrivate(files, path, ExchangeJson.write(uploads));
  }

  /** Returns the uploads of a round, if they have been made. */
  Optional<Manifest> find(int wave, int round) throws IOException {
    Path path = path(wave, round);
    Optional<byte[]> json = HadoopFiles.read(files, path, Manifest.MOST_BYTES);
    try {
      return json.map(found -> ExchangeJson.read(found, Manifest.class));
    } catch (ExchangeException e) {
      throw new IOException(PartFiles.damaged(path), e);
    }
  }

  /** Returns the uploads of a wave, round by round. */
  List<Manifest> of(int wave) throws IOException {
    List<Manifest> all = new ArrayList<>();
    for (Optional<Manifest> next = find(wave, 0); next.isPresent(); ) {
      all.add(next.get());
      next = find(wave, all.size());
    }
    return all;
  }

  /** Returns the waves of which anything is remembered. */
  Set<Integer> waves() throws IOException {
    Set<Integer> waves = new HashSet<>();
    if (files.exists(directory)) {
      for (FileStatus wave : files.listStatus(directory)) {
        waves.add(Integer.valueOf(wave.getPath().getName()));
      }
    }
    return waves;
  }

  /** Forgets a wave. */
  public void forget(int wave) throws IOException {
    files.delete(path(wave), true);
  }

  private Path path(int wave) {
    return new Path(directory, String.format(Locale.ROOT, "%05d", wave));
  }

  private Path path(int wave, int round) {
    return new Path(path(wave), String.format(Locale.ROOT, "round-%02d.json", round));
  }
}
