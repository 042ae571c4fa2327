/**
 * What a job's results are worth, and the page that says so.
 *
 * <p>While a job runs, {@code Uncertainty} takes all predictions and, where the truth is known,
 * {@code Correctness} compares them with it; both add their figures to {@code report.json}. {@code
 * HtmlReport} makes a page of that file's content and of nothing else.
 */
package io.nightjar.report;
