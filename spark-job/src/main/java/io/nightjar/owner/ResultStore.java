package io.nightjar.owner;

import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.records.IdType;
import io.nightjar.records.ResultFormat;
import io.nightjar.records.ResultWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The predictions of finished waves, a file for each, out of sight until all are there.
 *
 * <p>A file is there whole or not at all, so whether it is there says whether its wave is finished.
 */
public final class ResultStore {

  private static final String SUCCESS = "_SUCCESS";

  private final Path output;
  private final Path parts;
  private final Configuration configuration;
  private final FileSystem files;
  private final ResultFormat format;
  private final IdType idType;
  private final Plan plan;

  /** Opens the store of an output directory. */
  public ResultStore(
      Path output,
      Path privateDirectory,
      Configuration configuration,
      ResultFormat format,
      IdType idType,
      Plan plan)
      throws IOException {
    this.output = output;
    this.parts = new Path(privateDirectory, "parts");
    this.configuration = configuration;
    this.files = output.getFileSystem(configuration);
    this.format = format;
    this.idType = idType;
    this.plan = plan;
  }

  /** Returns whether a wave is finished. */
  public boolean has(int wave) throws IOException {
    return files.exists(new Path(parts, name(wave))) || files.exists(new Path(output, name(wave)));
  }

  /** Opens the file of a wave's predictions; it is there when its writer commits it. */
  public ResultWriter open(Wave wave) throws IOException {
    files.mkdirs(parts);
    return ResultWriter.open(
        configuration,
        new Path(parts, name(wave.index())),
        format,
        idType,
        plan.task(),
        plan.classes(),
        plan.outputs());
  }

  /** Moves all files to the output directory, and says there that they are all. */
  public void publish(List<Wave> waves) throws IOException {
    for (Wave wave : waves) {
      Path part = new Path(parts, name(wave.index()));
      Path published = new Path(output, name(wave.index()));
      if (!files.exists(published) && !files.rename(part, published)) {
        throw new IOException("%s could not be renamed to %s".formatted(part, published));
      }
    }
    files.create(new Path(output, SUCCESS), true).close();
  }

  /** Returns whether an output directory has been published. */
  public static boolean isPublished(Path output, Configuration configuration) throws IOException {
    return output.getFileSystem(configuration).exists(new Path(output, SUCCESS));
  }

  private String name(int wave) {
    return String.format(Locale.ROOT, "part-%05d.%s", wave, format.name().toLowerCase(Locale.ROOT));
  }
}
