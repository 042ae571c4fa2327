package io.nightjar.history;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.records.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads the nights of an output root: its partitions, and what the nightly script has kept. */
public final class NightsReader {

  /** The directory in which the nightly script keeps a status line for each date. */
  private static final String STATUS_LINES = ".nightly";

  private static final String JSON = ".json";
  private static final String PARTITION = "date=";
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  private static final int MOST_LINE_BYTES = 1 << 16;
  private static final int MOST_REPORT_BYTES = 8 << 20;

  /** Finds out whether a process works on an output. */
  public interface Work {
    /** Returns whether one does, as far as can be told without disturbing it. */
    boolean isUnderWay(Path output) throws IOException;
  }

  private final FileSystem files;
  private final Path root;
  private final Work work;

  private NightsReader(FileSystem files, Path root, Work work) {
    this.files = files;
    this.root = root;
    this.work = work;
  }

  /**
   * Reads the last nights of a root, in their order.
   *
   * @param most how many
   * @throws InvalidInputException if there are none
   */
  public static List<Night> read(Path root, int most, Configuration configuration, Work work)
      throws IOException {
    FileSystem files = root.getFileSystem(configuration);
    return new NightsReader(files, files.makeQualified(root), work).read(most);
  }

  private List<Night> read(int most) throws IOException {
    TreeMap<LocalDate, Path> outputs = new TreeMap<>();
    TreeMap<LocalDate, Path> lines = new TreeMap<>();
    for (FileStatus entry : list(root)) {
      String name = entry.getPath().getName();
      if (entry.isDirectory() && name.startsWith(PARTITION)) {
        date(name.substring(PARTITION.length()))
            .ifPresent(date -> outputs.put(date, entry.getPath()));
      }
      if (entry.isDirectory() && name.equals(STATUS_LINES)) {
        for (FileStatus line : list(entry.getPath())) {
          String file = line.getPath().getName();
          if (line.isFile() && file.endsWith(JSON)) {
            date(file.substring(0, file.length() - JSON.length()))
                .ifPresent(date -> lines.put(date, line.getPath()));
          }
        }
      }
    }
    TreeSet<LocalDate> dates = new TreeSet<>(outputs.keySet());
    dates.addAll(lines.keySet());
    if (dates.isEmpty()) {
      throw new InvalidInputException(
          "There are no nights in %s: neither date=YYYY-MM-DD nor %s/YYYY-MM-DD%s, which nightly.sh leaves in its output root"
              .formatted(root, STATUS_LINES, JSON));
    }
    List<Night> nights = new ArrayList<>();
    for (LocalDate date : dates.stream().skip(Math.max(0, dates.size() - most)).toList()) {
      nights.add(
          night(
              date, Optional.ofNullable(outputs.get(date)), Optional.ofNullable(lines.get(date))));
    }
    return nights;
  }

  private List<FileStatus> list(Path directory) throws IOException {
    try {
      return List.of(files.listStatus(directory));
    } catch (FileNotFoundException e) {
      throw new InvalidInputException("There is no %s".formatted(directory), e);
    }
  }

  private static Optional<LocalDate> date(String text) {
    if (!DATE.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // no day of any year
    }
  }

  /** What a status line says. */
  private record Line(
      Optional<NightStatus> status, Map<Figure, Measured> figures, Optional<Labelled> labelled) {
    static final Line NONE = new Line(Optional.empty(), Map.of(), Optional.empty());
  }

  private Night night(LocalDate date, Optional<Path> output, Optional<Path> line)
      throws IOException {
    List<String> faults = new ArrayList<>();
    Line kept = line.isPresent() ? line(line.get(), faults) : Line.NONE;
    Optional<ReportReader.Found> report = Optional.empty();
    boolean page = false;
    NightStatus status = kept.status().orElse(NightStatus.UNKNOWN);
    if (output.isPresent()) {
      Path reports = new Path(output.get(), "_report");
      report = report(new Path(reports, "report.json"), faults);
      page = report.isPresent() && files.exists(new Path(reports, "report.html"));
      status = status(output.get(), kept.status());
    }
    Map<Figure, Measured> figures = new EnumMap<>(Figure.class);
    figures.putAll(kept.figures());
    report.ifPresent(
        found ->
            found
                .figures()
                .forEach(
                    (figure, measured) -> {
                      // The line has the seconds of the whole night.
                      if (figure != Figure.SECONDS || !figures.containsKey(figure)) {
                        figures.put(figure, measured);
                      }
                    }));
    return new Night(
        date,
        status,
        figures,
        report.flatMap(ReportReader.Found::scored),
        report.flatMap(ReportReader.Found::labelled).or(kept::labelled),
        report.map(ReportReader.Found::predictedMargin).orElse(OptionalDouble.empty()),
        output.isPresent(),
        page,
        faults);
  }

  private NightStatus status(Path output, Optional<NightStatus> kept) throws IOException {
    boolean finished = files.exists(new Path(output, "_SUCCESS"));
    if (finished) {
      // It may have been finished by hand after the script had failed.
      boolean said =
          kept.isPresent()
              && (kept.get() == NightStatus.NOT_REMOVED || kept.get() == NightStatus.DONE);
      return said ? kept.get() : NightStatus.DONE;
    }
    return work.isUnderWay(output)
        ? NightStatus.IN_WORK
        : kept.filter(status -> status != NightStatus.DONE).orElse(NightStatus.UNFINISHED);
  }

  private Line line(Path file, List<String> faults) throws IOException {
    Map<Figure, Measured> figures = new EnumMap<>(Figure.class);
    Optional<DoubtfulJson> json = read(file, MOST_LINE_BYTES, faults);
    if (json.isEmpty()) {
      return Line.NONE;
    }
    try {
      Optional<NightStatus> status = json.get().text("status").map(NightStatus::named);
      OptionalLong records = json.get().count("records");
      OptionalDouble seconds = json.get().number("seconds");
      OptionalDouble speed = json.get().number("recordsPerSecond");
      OptionalDouble accuracy = json.get().share("accuracy");
      records.ifPresent(count -> figures.put(Figure.RECORDS, Measured.exactly((double) count)));
      seconds.ifPresent(time -> figures.put(Figure.SECONDS, Measured.exactly(time)));
      speed.ifPresent(rate -> figures.put(Figure.SPEED, Measured.exactly(rate)));
      Optional<Labelled> labelled =
          accuracy.isPresent() && records.orElse(0) > 0
              ? Optional.of(
                  new Labelled(records.getAsLong(), accuracy.getAsDouble(), Figure.ACCURACY, false))
              : Optional.empty();
      labelled.ifPresent(found -> figures.put(found.figure(), found.measured()));
      return new Line(status, figures, labelled);
    } catch (DoubtfulJson.BadException e) {
      faults.add(place(file) + ": " + e.getMessage());
      return Line.NONE;
    }
  }

  private Optional<ReportReader.Found> report(Path file, List<String> faults) throws IOException {
    Optional<byte[]> bytes = bytes(file, MOST_REPORT_BYTES, faults);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ReportReader.read(bytes.get()));
    } catch (DoubtfulJson.BadException e) {
      faults.add(place(file) + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<DoubtfulJson> read(Path file, int most, List<String> faults) throws IOException {
    Optional<byte[]> bytes = bytes(file, most, faults);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(DoubtfulJson.read(bytes.get()));
    } catch (DoubtfulJson.BadException e) {
      faults.add(place(file) + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns what is in a file, unless it is not there, or is no file of ours. */
  private Optional<byte[]> bytes(Path file, int most, List<String> faults) throws IOException {
    try {
      FileStatus status = files.getFileStatus(file);
      if (status.isFile() && status.getLen() <= most) {
        return HadoopFiles.read(files, file, most);
      }
      faults.add(
          "%s: it is %s"
              .formatted(
                  place(file),
                  status.isFile() ? "longer than %,d bytes".formatted(most) : "no file"));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      faults.add("%s cannot be read: %s".formatted(place(file), e.getClass().getSimpleName()));
    }
    return Optional.empty();
  }

  /** Returns a file's place in the root. */
  private String place(Path file) {
    return root.toUri().relativize(file.toUri()).getPath();
  }
}
