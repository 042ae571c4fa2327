package io.nightjar.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownLinksTest {

  @TempDir private Path directory;

  @Test
  void everyLinkOfTheRepositoryLeadsSomewhere() throws IOException {
    // Surefire sets basedir to the module's folder.
    Path root = Path.of(System.getProperty("basedir", "."), "..").toRealPath();

    MarkdownLinks links = MarkdownLinks.under(root);

    assertEquals(List.of(), links.broken());
    assertTrue(links.count() > 20, "only %d links were found".formatted(links.count()));
  }

  @Test
  void whatIsNotThereIsReported() throws IOException {
    Files.createDirectory(directory.resolve("docs"));
    Files.writeString(
        directory.resolve("README.md"),
        """
        # What it is

        [a page](docs/page.md), [its part](docs/page.md#a-part-of-it), [the folder](docs), [here](#what-it-is),
        [elsewhere](https://example.org/nothing)
        [no page](docs/none.md), [no part](docs/page.md#parts), [outside](../README.md),
        [wrapped
        text](none), `[code](none)`

        ```
        # [Code](none)
        ```
        [not a heading](#code)
        """);
    Files.writeString(directory.resolve("docs/page.md"), "## A `part` of it\n[up](../README.md)\n");

    MarkdownLinks links = MarkdownLinks.under(directory);

    assertEquals(
        List.of(
            "README.md: (docs/none.md)",
            "README.md: (docs/page.md#parts)",
            "README.md: (../README.md)",
            "README.md: (none)",
            "README.md: (#code)"),
        links.broken());
    assertEquals(10, links.count());
  }
}
