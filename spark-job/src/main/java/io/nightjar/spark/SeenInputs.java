package io.nightjar.spark;

import io.nightjar.draw.InputDigest;
import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeJson;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocol.RoundInputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The model owner's memory of what it was asked: the digest of the upload of every batch, draw and
 * round, at first sight.
 *
 * <p>Every upload meets draws of its own, so a second input for a batch would give its sender no
 * second equation for the same weights; but it would be answered without being counted. So it is
 * refused, however batches are cut into waves by then. Whoever has the job's secret finds the draws
 * of a job again by this memory. It is in a directory of its owner's, not in the exchange, and
 * outlives the process.
 *
 * <p>A round of a wave is one file, a copy of its manifest, named after its batches. It is written
 * before anything is evaluated, so whoever dies in between sees the same upload again.
 */
public final class SeenInputs implements RoundInputs {

  private static final Pattern NAME =
      Pattern.compile("round-(\\d{2,5})\\.batches-(\\d{7,15})-(\\d{7,15})");

  private final Path directory;
  private final FileSystem files;
  private final TreeSet<Span> spans = new TreeSet<>();
  private long longest;
  private final Map<Integer, Loaded> loaded = new HashMap<>(); // by round: whoever looks goes on

  /** Consecutive batches in a round, which are one file. */
  private record Span(int round, long firstBatch, long endBatch) implements Comparable<Span> {

    boolean meets(Span other) {
      return firstBatch < other.endBatch && other.firstBatch < endBatch;
    }

    String name() {
      return "round-%02d.batches-%07d-%07d".formatted(round, firstBatch, endBatch - 1);
    }

    @Override
    public int compareTo(Span other) {
      return Comparator.comparingInt(Span::round)
          .thenComparingLong(Span::firstBatch)
          .thenComparingLong(Span::endBatch)
          .compare(this, other);
    }
  }

  /** What a file remembers. */
  private record Loaded(Span span, Map<BlockName, Section> uploads) {}

  /** Opens the memory of one job. */
  public SeenInputs(Path directory, Configuration configuration) throws IOException {
    this.directory = directory;
    this.files = directory.getFileSystem(configuration);
    if (files.exists(directory)) {
      for (FileStatus file : files.listStatus(directory)) {
        Matcher name = NAME.matcher(file.getPath().getName());
        if (name.matches()) { // nothing else is there but what a dying process left half written
          add(
              new Span(
                  Integer.parseInt(name.group(1)),
                  Long.parseLong(name.group(2)),
                  Long.parseLong(name.group(3)) + 1));
        }
      }
    }
  }

  private void add(Span span) {
    spans.add(span);
    longest = Math.max(longest, span.endBatch() - span.firstBatch());
  }

  /**
   * Remembers the uploads of a round of a wave, which are those of its batches.
   *
   * @throws ProtocolException if a batch had another upload in that round before
   */
  public synchronized void see(Wave wave, Manifest uploads) throws IOException {
    Span span = new Span(uploads.round(), wave.firstBatch(), wave.endBatch());
    Map<BlockName, Section> asked = byName(uploads);
    boolean known = false;
    for (Span before : met(span)) {
      requireEqual(asked, read(before).uploads());
      known |= before.firstBatch() <= span.firstBatch() && before.endBatch() >= span.endBatch();
    }
    if (!known) {
      HadoopFiles.writePrivate(files, path(span), ExchangeJson.write(uploads));
      add(span);
    }
  }

  /** Files that have some of these batches; more than one if they were cut in other ways before. */
  private List<Span> met(Span span) {
    long first = Math.max(0, span.firstBatch() - longest);
    return spans
        .subSet(new Span(span.round(), first, 0), new Span(span.round(), span.endBatch(), 0))
        .stream()
        .filter(span::meets)
        .toList();
  }

  private static void requireEqual(Map<BlockName, Section> asked, Map<BlockName, Section> before) {
    for (Map.Entry<BlockName, Section> upload : asked.entrySet()) {
      Section first = before.get(upload.getKey());
      if (first != null && !first.blake3().equals(upload.getValue().blake3())) {
        throw new ProtocolException(
            "The upload %s of this round is not the one that this job was asked to evaluate before: a batch is answered once"
                .formatted(first.name()));
      }
    }
  }

  @Override
  public synchronized InputDigest digest(long batch, int round, int draw) {
    Loaded last = loaded.get(round);
    if (last == null || batch < last.span().firstBatch() || batch >= last.span().endBatch()) {
      last = load(batch, round);
      loaded.put(round, last);
    }
    Section upload = last.uploads().get(new BlockName(batch, draw, 0));
    if (upload == null) {
      throw unseen(batch, round);
    }
    return InputDigest.ofHex(upload.blake3());
  }

  private Loaded load(long batch, int round) {
    Span span =
        met(new Span(round, batch, batch + 1)).stream()
            .findFirst()
            .orElseThrow(() -> unseen(batch, round));
    try {
      return read(span);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private IllegalStateException unseen(long batch, int round) {
    return new IllegalStateException(
        "%s knows no upload of batch %d in round %d".formatted(directory, batch, round));
  }

  private Loaded read(Span span) throws IOException {
    Path path = path(span);
    byte[] json =
        HadoopFiles.read(files, path, Manifest.MOST_BYTES)
            .orElseThrow(() -> new ExchangeException("%s is gone".formatted(path)));
    try {
      return new Loaded(span, byName(ExchangeJson.read(json, Manifest.class)));
    } catch (ExchangeException e) {
      throw new ExchangeException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static Map<BlockName, Section> byName(Manifest uploads) {
    return uploads.sections().stream()
        .collect(Collectors.toMap(upload -> BlockName.parse(upload.name()), upload -> upload));
  }

  private Path path(Span span) {
    return new Path(directory, span.name());
  }

  /**
   * Forgets the batches of a wave whose results nobody can have read, because their key is gone.
   */
  public synchronized void forget(Wave wave) throws IOException {
    for (Span span : new ArrayList<>(spans)) {
      if (span.meets(new Span(span.round(), wave.firstBatch(), wave.endBatch()))) {
        files.delete(path(span), false);
        spans.remove(span);
      }
    }
    loaded.clear();
  }

  /** Forgets all batches, and keeps the directory, which says that there were some. */
  public synchronized void forget() throws IOException {
    for (Span span : spans) {
      files.delete(path(span), false);
    }
    spans.clear();
    loaded.clear();
  }
}
