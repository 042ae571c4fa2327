package io.nightjar.job;

import io.nightjar.history.Figure;
import io.nightjar.history.Labelled;
import io.nightjar.history.Night;
import io.nightjar.history.NightStatus;
import io.nightjar.history.Scored;
import io.nightjar.model.Task;
import io.nightjar.records.InputFiles;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordFormat;
import io.nightjar.records.RecordOptions;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.tables.OwnSpark;
import io.nightjar.tables.OwnSparks;
import io.nightjar.tables.ResultLabels;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Joins labels that came after their nights with the results. */
final class LateLabels {

  private final Path root;
  private final Configuration configuration;
  private final Settings settings;
  private final List<String> idColumns;

  LateLabels(Path root, Configuration configuration, Settings settings) {
    this.root = root;
    this.configuration = configuration;
    this.settings = settings;
    this.idColumns =
        new RecordOptions(settings.get(NightjarSettings.INPUT_ID_COLUMN), OptionalLong.empty())
            .idColumns();
  }

  /**
   * Returns the nights with what their labels say, where there are any and the night had none.
   *
   * @param places where the labels of a date are
   * @param notes gets what there is to say of nights that stay as they are
   */
  List<Night> joined(List<Night> nights, Function<LocalDate, String> places, List<String> notes)
      throws IOException {
    List<Night> joined = new ArrayList<>();
    int without = 0;
    int elsewhere = 0;
    Optional<OwnSpark> spark = Optional.empty();
    try {
      for (Night night : nights) {
        Path labels = new Path(places.apply(night.date()));
        Night found = night;
        if (isWanting(night)) {
          if (!labels.getFileSystem(configuration).exists(labels)) {
            without++;
          } else if (night.scored().get().format().filter(ResultLabels::reads).isEmpty()) {
            elsewhere++;
          } else {
            if (spark.isEmpty()) {
              spark = Optional.of(OwnSpark.local("nightjar history", settings));
            }
            OwnSpark running = spark.get();
            found = joined(night, labels, any -> running.borrowed());
          }
        }
        joined.add(found);
      }
    } finally {
      spark.ifPresent(OwnSpark::close);
    }
    if (without > 0) {
      notes.add("%d of the nights have no labels yet".formatted(without));
    }
    if (elsewhere > 0) {
      notes.add(
          "%d of the nights have labels, but no files of results that can be joined with them"
              .formatted(elsewhere));
    }
    return joined;
  }

  private static boolean isWanting(Night night) {
    boolean finished =
        night.status() == NightStatus.DONE || night.status() == NightStatus.NOT_REMOVED;
    return finished
        && night.hasOutput()
        && night.labelled().isEmpty()
        && night.scored().filter(scored -> scored.outputs() > 0).isPresent();
  }

  private Night joined(Night night, Path labels, OwnSparks sparks) throws IOException {
    Scored scored = night.scored().get();
    try {
      RecordFormat format = InputFiles.format(configuration, labels);
      Task task = scored.isClassification() ? Task.CLASSIFICATION : Task.REGRESSION;
      if (format == RecordFormat.IDX && task == Task.REGRESSION) {
        throw new InvalidInputException("labels of a regression are a table, and not IDX");
      }
      ResultLabels.Comparison compared =
          new ResultLabels(
                  ResultLabels.results(new Path(root, night.name()), scored.format().get()),
                  idColumns,
                  task,
                  scored.classes(),
                  scored.outputs(),
                  sparks)
              .with(labels, format, configuration);
      if (compared.records() == 0) {
        return night.withFault("its labels: none of them has the id of a record");
      }
      double right =
          scored.isClassification()
              ? (double) compared.right() / compared.records()
              : Math.sqrt(compared.squares() / compared.records() / scored.outputs());
      Figure figure = scored.isClassification() ? Figure.ACCURACY : Figure.ERROR;
      return night.with(new Labelled(compared.records(), right, figure, true));
    } catch (InvalidInputException e) {
      return night.withFault("its labels: " + e.getMessage());
    }
  }
}
