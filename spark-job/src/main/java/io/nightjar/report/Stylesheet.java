package io.nightjar.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The style of the page: on paper, on a telephone, by day and by night.
 *
 * <p>The colours of the parties are those of Okabe and Ito, which people who see colours
 * differently can tell apart, darkened or lightened to stand out from the page.
 */
final class Stylesheet {

  static final String CSS =
      """

      :root {
        color-scheme: light dark;
        --paper: #ffffff; --wash: #f4f6f8; --line: #d5dae0; --soft: #566069; --ink: #1a1f24;
        --accent: #0068a8; --tint: 0, 114, 178; --wrong: 213, 94, 0;
        --owner: #0072b2; --executors: #d55e00; --exchange: #009e73; --rest: #757d85;
      }
      @media screen and (prefers-color-scheme: dark) {
        :root {
          --paper: #13171b; --wash: #1b2127; --line: #343c45; --soft: #a4adb6; --ink: #e7eaed;
          --accent: #62b5f0; --tint: 86, 180, 233; --wrong: 230, 159, 0;
          --owner: #56b4e9; --executors: #e69f00; --exchange: #2cbf96; --rest: #8e979f;
        }
      }
      * { box-sizing: border-box; }
      html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
      body {
        margin: 0; background: var(--paper); color: var(--ink);
        font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
      }
      header, main, footer { max-width: 110rem; margin: 0 auto; padding: 0 clamp(1rem, 2.5vw, 2.5rem); }
      header { padding-top: 2rem; }
      header p { margin: 0; }
      footer { padding-bottom: 2rem; color: var(--soft); font-size: 0.875rem; }
      .brand { color: var(--accent); font-weight: 600; }
      h1 { margin: 0 0 0.25rem; font-size: 1.875rem; line-height: 1.2; font-weight: 650; }
      h2 { margin: 0 0 0.25rem; font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
      h3 { margin: 0 0 0.25rem; font-size: 1rem; font-weight: 650; }
      .part { margin-top: 1.5rem; }
      section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.25rem; }
      section p { margin: 0 0 1rem; max-width: 60rem; color: var(--soft); }
      figure p { margin: 0.75rem 0 0; font-size: 0.875rem; }
      header p.warning { margin-top: 1rem; border-left: 3px solid var(--executors); padding-left: 0.75rem; max-width: 60rem; }
      dl { margin: 0; display: grid; gap: 1rem 2rem; }
      dl.tiles { margin-top: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(8.75rem, 1fr)); }
      dl.facts { grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
      dt { color: var(--soft); font-size: 0.875rem; }
      dd { margin: 0; }
      .tiles dd { font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
      .tiles dd span { display: block; font-size: 0.8125rem; font-weight: 400; color: var(--soft); }
      .facts .wide { grid-column: 1 / -1; }
      dl.sentences { grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
      .sentences dt { color: var(--ink); font-weight: 600; font-size: 1rem; }
      .code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.875rem; }
      .figures {
        display: grid; gap: 1.75rem 2.25rem; align-items: start;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 21.5rem), 1fr));
      }
      figure { margin: 0; min-width: 0; break-inside: avoid; }
      @media (min-width: 50rem) { figure.wide { grid-column: span 2; } }
      figcaption { font-weight: 600; margin-bottom: 0.5rem; }
      figcaption span { display: block; font-weight: 400; font-size: 0.875rem; color: var(--soft); }
      svg { display: block; width: 100%; height: auto; max-width: 36rem; }
      svg text { font-size: 12px; fill: var(--ink); }
      svg .tick { fill: var(--soft); }
      svg .small { font-size: 9px; fill: var(--soft); }
      svg .strong { font-weight: 600; }
      svg .middle { text-anchor: middle; }
      svg .end { text-anchor: end; }
      .grid { stroke: var(--line); }
      .axis { stroke: var(--soft); }
      .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
      .whisker { stroke: var(--accent); stroke-width: 1.5; }
      .curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
      .band { fill: var(--rest); fill-opacity: 0.22; }
      .odd { fill: var(--executors); }
      .accent, .point { fill: var(--accent); }
      .shade1 { fill: var(--accent); fill-opacity: 0.18; }
      .shade2 { fill: var(--accent); fill-opacity: 0.34; }
      .shade3 { fill: var(--accent); fill-opacity: 0.5; }
      .shade4 { fill: var(--accent); fill-opacity: 0.66; }
      .shade5 { fill: var(--accent); fill-opacity: 0.82; }
      .shade6 { fill: var(--accent); }
      .muted { fill: var(--rest); fill-opacity: 0.55; }
      .owner { fill: var(--owner); }
      .executors { fill: var(--executors); }
      .exchange { fill: var(--exchange); }
      .rest { fill: var(--rest); }
      details { margin-top: 0.5rem; font-size: 0.875rem; }
      details.job { font-size: 1rem; margin-top: 0.25rem; }
      summary { padding: 0.25rem 0; cursor: pointer; color: var(--accent); width: fit-content; }
      a { color: var(--accent); }
      a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
      .scroll { overflow-x: auto; }
      .part > table, .part > .scroll { max-width: 60rem; }
      .folded { display: none; }
      table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
      th, td { padding: 0.25rem 0.5rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
      th { font-weight: 600; }
      thead th { color: var(--soft); font-weight: 400; vertical-align: bottom; overflow-wrap: break-word; }
      th:first-child { text-align: left; padding-left: 0; }
      th:last-child, td:last-child { padding-right: 0; }
      tbody th { font-weight: 400; }
      td { overflow-wrap: break-word; }
      .bars .bar { width: 30%; min-width: 3rem; vertical-align: middle; }
      @media (max-width: 30rem) { .bars .bar { display: none; } }
      .bars svg { height: 0.75rem; max-width: none; }
      .scroll table { overflow-wrap: normal; }
      .scroll tbody th { overflow-wrap: anywhere; min-width: 6.5rem; max-width: 20rem; }
      .scroll td { max-width: 12rem; overflow-wrap: break-word; }
      td.many { background: rgba(var(--wrong), 0.2); }
      table.reasons { max-width: 60rem; }
      .reasons th, .reasons td { text-align: left; }
      .reasons tbody th { white-space: nowrap; }
      .reasons td { overflow-wrap: anywhere; }
      .nights td { white-space: nowrap; }
      .reasons ul { margin: 0; padding-left: 1.1rem; }
      table.matrix { width: auto; font-size: 0.75rem; overflow-wrap: normal; }
      .matrix th, .matrix td { padding: 0.25rem 0.3125rem; min-width: 1.625rem; text-align: center; border: 1px solid var(--line); }
      .matrix tbody th { text-align: left; overflow-wrap: anywhere; min-width: 2.5rem; }
      .matrix tbody th.named { min-width: 6.5rem; }
      .matrix th:first-child { border-left: 0; padding-left: 0; }
      .matrix .none { color: var(--soft); }
      .matrix .right { background: rgba(var(--tint), 0.2); font-weight: 600; }
      .matrix .few { background: rgba(var(--wrong), 0.15); }
      .matrix .many { background: rgba(var(--wrong), 0.35); }
      @media (max-width: 48rem) {
        .bars .bar { width: 30%; min-width: 3rem; vertical-align: middle; }
      @media (max-width: 30rem) { .bars .bar { display: none; } }
      .bars svg { height: 0.75rem; max-width: none; }
      table.matrix { font-size: 0.6875rem; }
        .matrix th, .matrix td { padding: 0.1875rem 0.125rem; min-width: 1.375rem; }
        .matrix tbody th { min-width: 1.75rem; }
        dl.facts:not(.sentences) { grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr)); gap: 1rem 1.25rem; }
      }
      @media print {
        @page { margin: 14mm; }
        html { font-size: 10pt; }
        header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
        header { padding-top: 0; }
        section { margin-top: 1.25rem; }
        h2, section > p, figcaption { break-after: avoid; }
        .part > table, .part > .scroll { max-width: none; }
        .bars .bar { width: 30%; min-width: 3rem; vertical-align: middle; }
      @media (max-width: 30rem) { .bars .bar { display: none; } }
      .bars svg { height: 0.75rem; max-width: none; }
      table.matrix { font-size: 7pt; }
        .matrix th, .matrix td { padding: 0.125rem 0.1875rem; min-width: 0; }
        tr { break-inside: avoid; }
        details:not([open]) { display: none; }
        details[open] > summary { display: none; }
        .folded:has(+ details:not([open])) { display: block; }
        .scroll { overflow: visible; }
        .matrix, .matrix td, svg, .shade1, .shade2, .shade3, .shade4, .shade5 { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      }
      """;

  private Stylesheet() {}

  /** Returns a policy under which a page can have this style, and nothing else at all. */
  static String policy() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(CSS.getBytes(StandardCharsets.UTF_8));
      return "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
          .formatted(Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
