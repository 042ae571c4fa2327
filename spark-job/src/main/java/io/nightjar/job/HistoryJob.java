package io.nightjar.job;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.history.Assessor;
import io.nightjar.history.History;
import io.nightjar.history.JudgedNight;
import io.nightjar.history.Night;
import io.nightjar.history.NightsReader;
import io.nightjar.report.HistoryPage;
import io.nightjar.report.PageLinks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads and judges the nights of an output root. Spark starts only if there are labels to join. */
public final class HistoryJob {

  private HistoryJob() {}

  /**
   * Returns the nights, and writes their page if one is wanted.
   *
   * @throws io.nightjar.records.InvalidInputException if there are none
   */
  public static History run(HistoryRequest request) throws IOException {
    Configuration configuration =
        HadoopFiles.configuration(HadoopConfigurations.of(request.settings()));
    FileSystem files = request.root().getFileSystem(configuration);
    Path root = files.makeQualified(request.root());
    List<Night> nights =
        NightsReader.read(
            root,
            request.last() + request.judging().window(),
            configuration,
            output -> Occupant.isAtWork(files, new OutputDirectory(output, configuration).lock()));
    List<String> notes = new ArrayList<>();
    if (request.labels().isPresent()) {
      nights =
          new LateLabels(root, configuration, request.settings())
              .joined(nights, request.labels().get(), notes);
    }
    List<JudgedNight> judged = new Assessor(request.judging()).judge(nights, request.last());
    History history =
        new History(
            root.toString(),
            root.getName().isEmpty() ? root.toString() : root.getName(),
            judged,
            Assessor.missing(judged),
            notes,
            request.judging());
    if (request.page().isPresent()) {
      write(history, root, request.page().get(), configuration);
    }
    return history;
  }

  private static void write(History history, Path root, Path page, Configuration configuration)
      throws IOException {
    FileSystem files = page.getFileSystem(configuration);
    Path file = files.makeQualified(page);
    Optional<PageLinks> links = PageLinks.from(file.toUri(), root.toUri());
    HadoopFiles.write(files, file, HistoryPage.of(history, links).getBytes(StandardCharsets.UTF_8));
  }
}
