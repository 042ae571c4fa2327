package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestNetworks;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nights of real jobs. */
@Slow
class HistoryCommandTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** As many of the labels are right. */
  private static final int RIGHT = 2048;

  @TempDir private static Path shared;

  private static TestJobs jobs;
  private static Path root;

  @TempDir private Path directory;

  /** Scores one night without labels, from a table, and one with labels. */
  @BeforeAll
  static void score() throws Exception {
    jobs = TestJobs.in(shared.resolve("jobs"));
    root = Files.createDirectory(shared.resolve("the scores"));
    Path table = jobs.writeTable("table.csv");
    score(jobs, table, "2024-02-29", "--format", "csv");
    score(
        jobs,
        jobs.records(),
        "2024-03-01",
        "--labels",
        jobs.writeLabels("labels.idx", RIGHT).toString());
    Path lines = Files.createDirectory(root.resolve(".nightly"));
    Files.writeString(
        lines.resolve("2024-03-02.json"),
        "{\"date\":\"2024-03-02\",\"status\":\"refused\",\"exitCode\":3,\"seconds\":4}");
  }

  private static void score(TestJobs of, Path input, String date, String... more) {
    score(of, root, input, date, more);
  }

  private static void score(TestJobs of, Path into, Path input, String date, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--model",
                of.model().toString(),
                "--input",
                input.toString(),
                "--output",
                into.resolve("date=" + date).toString(),
                "--master",
                "local[2]"));
    words.addAll(List.of(more));
    CommandRun run = CommandRun.with(of, "score", words.toArray(new String[0]));
    assertEquals(0, run.exitCode(), run.err());
  }

  private static JsonNode json(String... words) throws IOException {
    return json(root, words);
  }

  private static JsonNode json(Path root, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("history", root.toString(), "--json"));
    all.addAll(List.of(words));
    CommandRun run = CommandRun.of(all.toArray(new String[0]));
    assertEquals(0, run.exitCode(), run.err());
    return JSON.readTree(run.out()).get("nights");
  }

  @Test
  void nightsStandSideBySideAsTextAndAsAPageWithLinks() throws Exception {
    Path page = directory.resolve("nights.html");

    CommandRun run = CommandRun.of("history", root.toString(), "--html", page.toString());

    assertEquals(0, run.exitCode(), run.err());
    List<String> nights = run.out().lines().filter(line -> line.matches("[ !] 2024.*")).toList();
    assertEquals(3, nights.size(), run.out());
    assertTrue(nights.get(0).startsWith("  2024-02-29 done "), run.out());
    assertFalse(nights.get(0).contains("%") && nights.get(0).contains("40.96"), run.out());
    assertTrue(nights.get(1).contains("%.2f %%".formatted(100.0 * RIGHT / jobs.count())));
    assertTrue(nights.get(2).startsWith("! 2024-03-02 refused"), run.out());
    assertTrue(run.out().contains("the job was refused"), run.out());
    run.out().lines().forEach(line -> assertTrue(line.length() <= 80 || line.contains("/"), line));
    String html = Files.readString(page);
    for (String date : List.of("2024-02-29", "2024-03-01")) {
      int end = html.indexOf("/date=" + date + "/_report/report.html\"");
      int begin = html.lastIndexOf("href=\"", end) + "href=\"".length();
      String link = html.substring(begin, html.indexOf('"', begin));
      Path report = directory.resolve(java.net.URI.create(link).getPath());
      assertTrue(Files.isRegularFile(report), link);
    }
  }

  @Test
  void labelsThatCameLaterAreJoinedByIdWithTheNightsThatHaveNone() throws Exception {
    Path labels = Files.createDirectory(directory.resolve("labels"));
    Path some = jobs.writeLabelTable("later.csv", RIGHT);
    List<String> lines = Files.readAllLines(some);
    // Not of all records yet, in no order, and of others too.
    List<String> known = new ArrayList<>(List.of("label,id", "1,unheard-of"));
    for (int i = lines.size() - 1; i > 1000; i--) {
      String[] cells = lines.get(i).split(",", 2);
      int id = Integer.parseInt(cells[0]);
      int label = Integer.parseInt(cells[1]);
      // What is wrong is wrong either way.
      known.add((id >= RIGHT && id % 2 == 0 ? (label + 1) % 3 : label) + "," + id);
    }
    Files.write(labels.resolve("2024-02-29.csv"), known);
    Files.writeString(labels.resolve("2024-03-01.csv"), "bad");

    JsonNode nights = json("--labels", labels + "/{date}.csv");

    assertEquals(jobs.count() - 1000, nights.get(0).get("labelledRecords").asInt());
    assertEquals(
        (double) (RIGHT - 1000) / (jobs.count() - 1000),
        nights.get(0).get("accuracy").asDouble(),
        1e-12);
    assertTrue(nights.get(0).get("labelsCameLater").asBoolean());
    assertEquals(
        (double) RIGHT / jobs.count(),
        nights.get(1).get("accuracy").asDouble(),
        "the report's own");
    assertFalse(nights.get(1).get("labelsCameLater").asBoolean());
    assertFalse(json().get(0).has("accuracy"));
  }

  @Test
  void labelsInOrderAreThoseOfImages() throws Exception {
    Path images = Files.createDirectory(directory.resolve("images"));
    score(jobs, images, jobs.records(), "2024-03-01");

    JsonNode night =
        json(images, "--labels", jobs.writeLabels("{date}.idx", 100).toString()).get(0);
    assertFalse(night.has("accuracy"), "no file is called {date}");
    jobs.writeLabels("2024-03-01.idx", 100);
    night = json(images, "--labels", jobs.directory() + "/{date}.idx").get(0);

    assertEquals(100.0 / jobs.count(), night.get("accuracy").asDouble(), 1e-12);
  }

  @Test
  void ofARegressionTheErrorIsThatOfTheReport() throws Exception {
    TestJobs values = TestJobs.in(directory.resolve("values"), TestNetworks.ofOneValue(5));
    List<String> lines = new ArrayList<>(List.of("id,price"));
    for (Map.Entry<Long, List<String>> row : values.expected().entrySet()) {
      double off = row.getKey() % 2 == 0 ? 3 : -1;
      lines.add(row.getKey() + "," + (Double.parseDouble(row.getValue().get(0)) + off));
    }
    Path labels = Files.write(directory.resolve("2024-03-02.csv"), lines);
    Path out = Files.createDirectory(directory.resolve("out"));
    score(values, out, values.records(), "2024-03-01", "--labels", labels.toString());
    score(values, out, values.records(), "2024-03-02");

    JsonNode nights = json(out, "--labels", directory + "/{date}.csv");

    assertEquals(Math.sqrt(5), nights.get(0).get("rmse").asDouble(), 1e-2);
    assertEquals(nights.get(0).get("rmse").asDouble(), nights.get(1).get("rmse").asDouble(), 1e-9);
    assertTrue(nights.get(1).get("labelsCameLater").asBoolean());
    assertTrue(nights.get(1).has("meanStandardDeviation"));
  }

  @Test
  void badLabelsAndBadFilesAreALineOfTheirNight() throws Exception {
    Path labels = Files.createDirectory(directory.resolve("labels"));
    Files.writeString(labels.resolve("2024-02-29.csv"), "id,label\n1,SECRET\n");
    Path broken = Files.createDirectories(root.resolve("date=2024-03-03/_report"));
    Files.writeString(broken.resolve("report.json"), "{\"records\": SECRET");

    CommandRun run = CommandRun.of("history", root.toString(), "--labels", labels + "/{date}.csv");

    Files.delete(broken.resolve("report.json"));
    Files.delete(broken);
    Files.delete(broken.getParent());
    assertEquals(0, run.exitCode(), run.err());
    assertFalse(run.out().contains("SECRET"), run.out());
    String words = run.out().replaceAll("\\s+", " ");
    assertTrue(words.contains("2024-02-29 stands out: - its labels: 1 of 1 rows is bad"), words);
    assertTrue(
        words.contains("date=2024-03-03/_report/report.json: it is not valid JSON at line 1"),
        words);
    assertTrue(words.contains("2024-03-01 done"), words);
  }

  @Test
  void anOutputThatAProcessWorksInIsInWork() throws Exception {
    Path out = directory.resolve("date=2024-03-01/_nightjar");
    Path lock = Files.createDirectories(out).resolve("lock");
    String here =
        "process %d of me on %s since 2024"
            .formatted(
                ProcessHandle.current().pid(), java.net.InetAddress.getLocalHost().getHostName());
    Files.writeString(lock, here);

    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ)) {
      assertEquals("in-work", json(directory).get(0).get("status").asText());
      assertEquals(here.length(), channel.size(), "it was left as it is");
    }
    Files.writeString(lock, here.replaceFirst("process [0-9]+", "process 99999999"));
    JsonNode night = json(directory).get(0);
    assertEquals("unfinished", night.get("status").asText());
    assertTrue(night.get("standsOut").asBoolean());
  }

  @Test
  void whatIsWrongWithTheCommandLineIsOneLine() {
    for (String[] wrong :
        new String[][] {
          {"There are no nights in ", directory.toString()},
          {"There is no ", directory.resolve("nowhere").toString()},
          {"--labels must have {date} in it", root.toString(), "--labels", "labels.csv"},
          {"--last must be from 1 to 1,000, not 0", root.toString(), "--last", "0"},
          {"--at-least must be from 5 to 1,000", root.toString(), "--at-least", "4"},
          {"--before must be from 7, which", root.toString(), "--before", "6"},
          {"ROOT must be a path or a URI", "file::"}
        }) {
      List<String> words = new ArrayList<>(List.of("history"));
      words.addAll(List.of(wrong).subList(1, wrong.length));

      CommandRun run = CommandRun.of(words.toArray(new String[0]));

      assertEquals(2, run.exitCode(), run.err());
      assertTrue(run.err().startsWith("nightjar: " + wrong[0]), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
      assertEquals("", run.out());
    }
  }
}
