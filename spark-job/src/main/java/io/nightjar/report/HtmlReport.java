package io.nightjar.report;

import java.util.Map;

/**
 * Makes a page of a {@code report.json}: it says what is there, and nothing else. First what was
 * predicted, then how right and how sure that is, then what was protected, and at the end, folded,
 * how the job ran.
 *
 * <p>The page is one file, well-formed as XML too, without scripts; it asks no server for anything,
 * and its policy forbids it to. What others wrote in the report, such as names and ids, can only
 * ever be text.
 */
public final class HtmlReport {

  private HtmlReport() {}

  /** Returns the page of a report. */
  public static String of(Map<String, Object> report) {
    ReportFigures figures = new ReportFigures(report);
    PageWriter page = new PageWriter();
    Markup markup = page.markup();
    page.begin(
        "Nightjar: " + figures.model() + figures.finished().map(time -> ", " + time).orElse(""));
    new HeaderSection(figures, page).write();
    markup.open("main").line();
    new PredictionsSection(figures, page).write();
    new ClassErrorsSection(figures, page).write();
    new ValueErrorsSection(figures, page).write();
    new UncertaintySection(figures, page).write();
    new RecordsSection(figures, page).write();
    new ProtectionSection(figures, page).write();
    new JobSection(figures, page).write();
    page.end();
    markup.open("footer").open("p");
    markup.text("The same figures, for programs, are in report.json beside this page.");
    markup.close().close().line();
    return page.document();
  }
}
