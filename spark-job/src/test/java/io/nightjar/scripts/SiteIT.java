package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The site that {@code .ci/site} makes of the documentation; the build has fetched its tools. */
class SiteIT {

  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    assumeTrue(
        Files.exists(Script.ROOT.resolve("target/site-tools/installed.txt")),
        "the build has left the site out");
    page("README.md", "# Try it\n\n[more](docs/more.md#a-part), [this](#try-it), [a file](data)\n");
    page("data", "7\n");
    page(
        "docs/README.md", "# All pages\n\n## Start\n\n- [Try](../README.md)\n- [All](README.md)\n");
    page("docs/more.md", "# More\n\n## A `part`\n\n99\n% of it, {up}`../data`\n");
    append("docs/README.md", "- [More of it](more.md): details\n");
  }

  @Test
  void pagesAreWhereTheyAreInTheRepositoryAndInTheNavigation() throws Exception {
    Path site = directory.resolve("site");

    Script.Result made = make().exits(0);

    assertEquals("site: site/index.html\n", made.out());
    String first = Files.readString(site.resolve("index.html"));
    assertTrue(first.contains("href=\"docs/more.html\">More of it</a>"), first);
    assertTrue(first.contains("href=\"docs/more.html#a-part\""), first);
    String more = Files.readString(site.resolve("docs/more.html"));
    assertTrue(more.contains("% of it, {up}<code"), more);
    for (String page : List.of(first, more, Files.readString(site.resolve("search.html")))) {
      assertFalse(page.matches("(?s).*<(script|link|img)[^>]+(src|href)=\"(https?:)?//.*"), page);
    }
  }

  @Test
  void aLinkThatLeadsNowhereFails() throws Exception {
    append("docs/more.md", "[gone](gone.md)\n");

    assertRefused("docs/more.md:5: WARNING: 'myst' cross-reference target not found: 'gone.md'");
  }

  @Test
  void aHeadingThatIsNotThereFails() throws Exception {
    append("README.md", "[b](docs/more.md#b-part)\n");

    assertRefused("README.md:3: WARNING: local id not found in doc 'docs/more': 'b-part'");
  }

  @Test
  void aPageThatIsNotListedFails() throws Exception {
    page("docs/new.md", "# New\n");

    assertRefused("docs/new.md: WARNING: document isn't included in any toctree");
  }

  private void assertRefused(String message) throws Exception {
    Script.Result refused = make().exits(1);

    assertTrue(refused.err().contains(message), refused.err());
    assertFalse(Files.exists(directory.resolve("site")));
  }

  private Script.Result make() throws Exception {
    String site = "'%s/.ci/site' source site".formatted(Script.ROOT);
    return Script.line("cd '%s' && %s".formatted(directory, site), directory).run();
  }

  private void page(String name, String text) throws IOException {
    Path file = directory.resolve("source").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void append(String name, String text) throws IOException {
    Path file = directory.resolve("source").resolve(name);
    Files.writeString(file, Files.readString(file) + text);
  }
}
