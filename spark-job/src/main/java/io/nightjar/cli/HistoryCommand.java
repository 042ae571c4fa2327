package io.nightjar.cli;

import io.nightjar.history.History;
import io.nightjar.history.Judging;
import io.nightjar.job.HistoryJob;
import io.nightjar.job.HistoryRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar history}: the nights of an output root side by side. */
@Command(
    name = "history",
    description = {
      "Shows nights side by side, and which of them stand out.",
      "ROOT is the output root of nightly.sh, or any directory of outputs that are called "
          + "date=YYYY-MM-DD. Each night is compared with those before it: records, speed, "
          + "accuracy, predicted classes, uncertainty, values outside their ranges, noise "
          + "margins. Spark starts only for --labels."
    },
    footer = {
      "",
      "Example:",
      "  nightjar history /srv/scores --labels '/srv/outcomes/date={date}' --html nights.html"
    })
final class HistoryCommand implements Callable<Integer> {

  /** The most nights that are shown. */
  private static final int MOST_NIGHTS = 1000;

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Parameters(paramLabel = "ROOT", description = "A directory, or a URI such as hdfs:///scores.")
  private String root;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "30",
      description = "How many nights are shown, the last ones (default: ${DEFAULT-VALUE}).")
  private int last;

  @Option(
      names = "--before",
      paramLabel = "N",
      defaultValue = "28",
      description =
          "With how many nights before it a night is compared (default: ${DEFAULT-VALUE}).")
  private int before;

  @Option(
      names = "--at-least",
      paramLabel = "N",
      defaultValue = "7",
      description =
          "How many of them must have a figure before it is judged (default: ${DEFAULT-VALUE}).")
  private int least;

  @Option(
      names = "--labels",
      paramLabel = "PLACE",
      description =
          "What the records really were, for nights whose reports do not have it: as for score, "
              + "and {date} stands for the date of the night.")
  private Optional<String> labels = Optional.empty();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page, with a picture of each figure and links to the reports.")
  private Optional<String> html = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  @Override
  public Integer call() throws IOException {
    require(
        last >= 1 && last <= MOST_NIGHTS,
        "--last must be from 1 to %,d, not %d".formatted(MOST_NIGHTS, last));
    require(
        least >= Judging.LEAST && least <= Judging.MOST,
        "--at-least must be from %d to %,d, not %d".formatted(Judging.LEAST, Judging.MOST, least));
    require(
        before >= least && before <= Judging.MOST,
        "--before must be from %d, which --at-least is, to %,d, not %d"
            .formatted(least, Judging.MOST, before));
    labels.ifPresent(
        place -> {
          require(
              DatedPlace.isOfNight(place),
              "--labels must have %s in it, where the date of a night is to be: ids of different nights may be the same"
                  .formatted(DatedPlace.DATE));
          Locations.of(spec, "--labels", DatedPlace.ofNight(place, LocalDate.EPOCH));
        });
    Optional<Function<LocalDate, String>> places =
        labels.map(place -> night -> DatedPlace.ofNight(place, night));
    History history =
        HistoryJob.run(
            new HistoryRequest(
                Locations.of(spec, "ROOT", root),
                last,
                new Judging(before, least),
                places,
                Locations.of(spec, "--html", html),
                settings.resolve()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(HistoryJson.of(history)));
    } else {
      out.print(HistoryText.of(history));
      html.ifPresent(file -> out.printf("%nThe page is %s.%n", file));
    }
    out.flush();
    return ExitCode.DONE;
  }
}
