package io.nightjar.job;

import io.nightjar.settings.InvalidSettingException;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Setting;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * The models that one {@code serve} offers: one for as long as it runs, or those in a directory.
 */
public sealed interface ServedModels {

  /** Returns what is to be served by now, in an exchange of its own each. */
  List<ModelOffer> current(Path exchange, Settings settings) throws IOException;

  /** One model, which is read once. */
  record One(Path model) implements ServedModels {
    @Override
    public List<ModelOffer> current(Path exchange, Settings settings) {
      return List.of(new ModelOffer(model.getName(), model, exchange, settings, ""));
    }
  }

  /**
   * A directory of models on this machine, which may come, change and go. Each is a directory with
   * {@code serve.conf} in it, which is looked for last: settings of this model alone. Its data
   * owners are met in a directory of the exchange that has the model's name.
   */
  record Directory(java.nio.file.Path path) implements ServedModels {

    private static final String CONF = "serve.conf";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** Others are the whole server's. */
    private static final Set<String> OF_A_MODEL =
        Stream.<Setting<?>>of(
                NightjarSettings.JOB_SAMPLES,
                NightjarSettings.LEDGER_BUDGET,
                NightjarSettings.LEDGER_OWNERS,
                NightjarSettings.LEDGER_LINEAGE,
                NightjarSettings.SERVE_JOBS_PER_OWNER,
                NightjarSettings.SERVE_BYTES_PER_OWNER)
            .map(Setting::key)
            .collect(Collectors.toUnmodifiableSet());

    private static final String OF_PLANS = "spark.nightjar.plan.";

    /** What no default could know. */
    private static final List<Setting<?>> CHOICES =
        List.of(
            NightjarSettings.PLAN_MODEL_PRIVACY,
            NightjarSettings.LEDGER_BUDGET,
            NightjarSettings.LEDGER_OWNERS);

    @Override
    public List<ModelOffer> current(Path exchange, Settings settings) throws IOException {
      List<ModelOffer> offers = new ArrayList<>();
      for (java.nio.file.Path directory : sorted(path)) {
        java.nio.file.Path conf = directory.resolve(CONF);
        if (!Files.isRegularFile(conf)) {
          continue; // it is being put there, or is withdrawn
        }
        String name = String.valueOf(directory.getFileName());
        if (!NAME.matcher(name).matches()) {
          throw new InvalidSettingException(
              "The model %s must have a name of letters, digits, '.', '_' and '-'"
                  .formatted(directory));
        }
        Settings own = settings.with(ofModel(conf));
        requireChoices(own, conf);
        offers.add(
            new ModelOffer(
                name,
                new Path(directory.toUri()),
                new Path(exchange, name),
                own,
                version(directory)));
      }
      return offers;
    }

    private static void requireChoices(Settings settings, java.nio.file.Path conf) {
      List<String> missing =
          CHOICES.stream().filter(one -> !settings.isSet(one)).map(Setting::key).toList();
      if (!missing.isEmpty()) {
        throw new InvalidSettingException(
            "What the model is worth, nobody else knows: set %s in %s"
                .formatted(String.join(", ", missing), conf));
      }
    }

    private static SettingSource ofModel(java.nio.file.Path conf) {
      SettingSource source = SettingSource.file(conf);
      for (String key : source.keys()) {
        if (!OF_A_MODEL.contains(key) && !key.startsWith(OF_PLANS)) {
          throw new InvalidSettingException(
              "%s is not for one model: leave it out of %s, and give it to serve"
                  .formatted(key, conf));
        }
      }
      return source;
    }

    /** What changes when somebody writes any of the files, or puts others in their place. */
    private static String version(java.nio.file.Path directory) throws IOException {
      StringBuilder version = new StringBuilder();
      for (java.nio.file.Path file : sorted(directory)) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        version.append(
            "%s %s %d %s%n"
                .formatted(
                    file.getFileName(),
                    attributes.fileKey(),
                    attributes.size(),
                    attributes.lastModifiedTime()));
      }
      return version.toString();
    }

    private static List<java.nio.file.Path> sorted(java.nio.file.Path directory)
        throws IOException {
      try (Stream<java.nio.file.Path> found = Files.list(directory)) {
        return found.sorted().toList();
      } catch (NotDirectoryException e) {
        return List.of(); // a file among the directories
      }
    }
  }
}
