package io.nightjar.report;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** Leads from a page to others on the same file system, so that they can be moved together. */
public final class PageLinks {

  private final String root;

  private PageLinks(String root) {
    this.root = root;
  }

  /**
   * Returns links from a page into a directory; none if they are on different file systems.
   *
   * @param page the file that the page is
   * @param root the directory
   */
  public static Optional<PageLinks> from(URI page, URI root) {
    boolean same =
        page.getScheme().equals(root.getScheme())
            && Optional.ofNullable(page.getAuthority())
                .equals(Optional.ofNullable(root.getAuthority()));
    if (!same) {
      return Optional.empty();
    }
    Path from = Path.of(page.getPath()).getParent();
    return Optional.of(new PageLinks(from.relativize(Path.of(root.getPath())).toString()));
  }

  /** Returns the link to a file in the directory. */
  String to(String file) {
    String path = root.isEmpty() ? "./" + file : "./" + root + "/" + file;
    try {
      return new URI(null, null, path, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("A path that is none: " + path, e);
    }
  }
}
