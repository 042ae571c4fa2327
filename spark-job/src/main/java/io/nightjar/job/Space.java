package io.nightjar.job;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.NoSpaceException;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * About what a job will have on file systems at a time, held against what is free there before the
 * job begins. It is an estimate: others write there too, and object stores do not say what is free.
 */
final class Space {

  private static final Logger LOG = LoggerFactory.getLogger(Space.class);

  /** A number of a result, and what a format has around it. */
  private static final int VALUE_BYTES = 10;

  /** A record's id, class and measures of uncertainty. */
  private static final int ROW_BYTES = 64;

  /** Results lie in parts of waves, and once more where they are published. */
  private static final int COPIES = 2;

  private final Plan plan;
  private final JobDescription job;
  private final Settings settings;

  private Space(Plan plan, JobDescription job, Settings settings) {
    this.plan = plan;
    this.job = job;
    this.settings = settings;
  }

  /** Some bytes for something in a place. */
  private record Need(String what, Path path, double bytes) {}

  /** A file system, what is free there, and how often each byte is stored. */
  record Volume(String name, long free, int replicas) {}

  /** A file system, and all that it is to have. */
  private record Load(Volume volume, List<Need> needs) {}

  /**
   * Refuses a job for which there is too little.
   *
   * @param exchange where its ciphertexts go
   * @throws NoSpaceException saying where there is how much too little
   */
  static void require(
      Plan plan,
      JobDescription job,
      Path exchange,
      Path output,
      Configuration configuration,
      Settings settings)
      throws IOException {
    Space space = new Space(plan, job, settings);
    List<Need> needs =
        List.of(
            new Need("ciphertexts", exchange, space.exchangeBytes()),
            new Need("results", output, space.resultBytes()));
    Map<String, Load> loads = new LinkedHashMap<>();
    for (Need need : needs) {
      FileSystem files = need.path().getFileSystem(configuration);
      Volume volume = volume(files, files.makeQualified(need.path()));
      loads.computeIfAbsent(volume.name(), name -> new Load(volume, new ArrayList<>()));
      loads.get(volume.name()).needs().add(need);
    }
    for (Load load : loads.values()) {
      Volume volume = load.volume();
      double bytes =
          load.needs().stream().mapToDouble(Need::bytes).sum() * Math.max(1, volume.replicas());
      if (bytes > volume.free()) {
        List<String> whats = load.needs().stream().map(Need::what).toList();
        throw new NoSpaceException(
            "%s has %s free, and the job needs about %s there for its %s: make room, or use a place elsewhere%s"
                .formatted(
                    volume.name(),
                    Amounts.bytes(volume.free()),
                    Amounts.bytes(bytes),
                    String.join(" and ", whats),
                    whats.contains("ciphertexts")
                        ? " (%s), or smaller waves (%s)"
                            .formatted(
                                NightjarSettings.EXCHANGE_DIR.key(),
                                NightjarSettings.WAVES_BATCHES.key())
                        : ""));
      }
    }
  }

  /**
   * Returns the bytes of the waves that are under way. A round's uploads go when the next are
   * there, and its results when those of the next have been answered, unless branches want them
   * later. All of all waves stays if the exchange is kept.
   */
  private double exchangeBytes() {
    boolean keep = settings.get(NightjarSettings.EXCHANGE_KEEP);
    double most = 0;
    double all = 0;
    double uploaded = 0; // of the round before
    double answered = 0; // of the rounds before, as far as it is still there
    double last = 0;
    for (Round round : plan.rounds()) {
      double up = plan.bytesUpPerRecord(round);
      double down = plan.bytesDownPerRecord(round);
      most = Math.max(most, uploaded + answered + up);
      if (plan.jointSources().isEmpty()) {
        answered = last;
      }
      answered += down;
      most = Math.max(most, answered + up);
      all += up + down;
      uploaded = up;
      last = down;
    }
    long waves = job.waves().size();
    long underWay = keep ? waves : Math.min(waves, settings.get(NightjarSettings.WAVES_IN_FLIGHT));
    long batches = job.waves().stream().mapToLong(Wave::batches).max().orElse(0);
    return (keep ? all : most) * plan.batchSize() * batches * underWay;
  }

  private double resultBytes() {
    long records = job.records();
    return (double) COPIES * records * (ROW_BYTES + (double) VALUE_BYTES * plan.outputs());
  }

  private static Volume volume(FileSystem files, Path path) throws IOException {
    if (files.getUri().getScheme().equals("file")) {
      return local(NoSpaceException.existing(path));
    }
    Path there = path; // of what is not there, some say that nothing is free
    while (there.getParent() != null && !files.exists(there)) {
      there = there.getParent();
    }
    long free = files.getStatus(there).getRemaining();
    return new Volume(files.getUri().toString(), free, files.getDefaultReplication(path));
  }

  static Volume local(java.nio.file.Path path) {
    try {
      FileStore store = Files.getFileStore(path);
      return new Volume(NoSpaceException.name(store, path), store.getUsableSpace(), 1);
    } catch (IOException e) { // as in a root directory that no file system is mounted on
      LOG.warn("How much is free at {} cannot be told: {}", path, e.toString());
      return new Volume(path.toString(), Long.MAX_VALUE, 1);
    }
  }
}
